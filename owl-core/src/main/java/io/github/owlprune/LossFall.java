package io.github.owlprune;

import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.LossModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much the mean loss on the judging sequences falls when one unit alone is spared in a model
 * that is pruned evenly.
 *
 * @param linears the linears that lose weights
 * @param granularity the units
 * @param sparsity what all other units lose
 */
record LossFall(LinearChoice linears, Granularity granularity, double sparsity) {
  JudgedLoss.Work work(LossModel model) {
    return JudgedLoss.work(model, linears, variants(model));
  }

  /** First the model with all units pruned, then each unit in its turn left dense. */
  private List<double[]> variants(LossModel model) {
    int all = model.blocks().stream().mapToInt(block -> linears.of(block).size()).sum();
    double[] even = new double[all];
    Arrays.fill(even, sparsity);
    List<double[]> variants = new ArrayList<>(List.of(even));
    int at = 0;
    for (Block block : model.blocks()) {
      int count = linears.of(block).size();
      int together = granularity == Granularity.BLOCK ? count : 1;
      for (int l = 0; l < count; l += together) {
        double[] spared = even.clone();
        Arrays.fill(spared, at + l, at + l + together, 0);
        variants.add(spared);
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
        measured.add(new Measured.OfBlock(losses[0] - losses[variant++], List.of()));
        continue;
      }
      List<Double> falls = new ArrayList<>();
      for (int l = 0; l < count; l++) {
        falls.add(losses[0] - losses[variant++]);
      }
      measured.add(new Measured.OfBlock(falls.stream().mapToDouble(f -> f).sum(), falls));
    }
    return new Measured(measured);
  }
}
