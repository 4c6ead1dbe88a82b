package io.github.owlprune;

import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.LossModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much the mean loss on the judging sequences rises when one unit alone is pruned.
 *
 * @param linears the linears that lose weights
 * @param granularity the units
 * @param sparsity what the unit loses
 */
record LossRise(LinearChoice linears, Granularity granularity, double sparsity) {
  JudgedLoss.Work work(LossModel model) {
    return JudgedLoss.work(model, linears, variants(model));
  }

  /** First the dense model, then each unit in its turn pruned. */
  private List<double[]> variants(LossModel model) {
    int all = model.blocks().stream().mapToInt(block -> linears.of(block).size()).sum();
    List<double[]> variants = new ArrayList<>(List.of(new double[all]));
    int at = 0;
    for (Block block : model.blocks()) {
      int count = linears.of(block).size();
      int together = granularity == Granularity.BLOCK ? count : 1;
      for (int l = 0; l < count; l += together) {
        double[] pruned = new double[all];
        Arrays.fill(pruned, at + l, at + l + together, sparsity);
        variants.add(pruned);
      }
      at += count;
    }
    return variants;
  }

  Measured measure(Run run, DensePass dense, List<int[]> judging) {
    LossModel model = run.lossModel();
    double[] losses = new JudgedLoss(run, linears, dense.norms(), judging).of(variants(model));
    List<Measured.OfBlock> measured = new ArrayList<>();
    int variant = 1;
    for (Block block : model.blocks()) {
      int count = linears.of(block).size();
      if (count == 0) {
        continue;
      }
      if (granularity == Granularity.BLOCK) {
        measured.add(new Measured.OfBlock(losses[variant++] - losses[0], List.of()));
        continue;
      }
      List<Double> rises = new ArrayList<>();
      for (int l = 0; l < count; l++) {
        rises.add(losses[variant++] - losses[0]);
      }
      measured.add(new Measured.OfBlock(rises.stream().mapToDouble(r -> r).sum(), rises));
    }
    return new Measured(measured);
  }
}
