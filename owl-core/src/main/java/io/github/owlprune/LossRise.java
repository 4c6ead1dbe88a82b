package io.github.owlprune;

import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.OpenLoss;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayList;
import java.util.List;

/**
 * How much the mean loss on the judging sequences rises when one unit alone is pruned.
 *
 * <p>All variants of the model travel through it together: a block is opened once, the states of
 * every variant that was pruned before it pass through the dense block, and then the dense states
 * pass through the block pruned, which makes its own variant. So a variant costs only the blocks
 * from its own to the last, half a forward pass on average, and every weight is read once.
 */
final class LossRise {
  private final Run run;
  private final LossModel model;
  private final LinearChoice linears;
  private final Granularity granularity;
  private final double sparsity;
  private final JudgingSplit split;

  LossRise(Run run, LinearChoice linears, Granularity granularity, double sparsity) {
    this.run = run;
    this.model = run.lossModel();
    this.linears = linears;
    this.granularity = granularity;
    this.sparsity = sparsity;
    this.split = JudgingSplit.of(run.sequences());
  }

  /** Forwards of one sequence through one block, and losses of one sequence. */
  static long pieces(Run run, LinearChoice linears, Granularity granularity) {
    JudgingSplit split = JudgingSplit.of(run.sequences());
    List<? extends Block> blocks = run.model().blocks();
    long forwards = (long) blocks.size() * (split.scoring().size() + split.judging().size());
    long variants = 0;
    for (Block block : blocks) {
      variants += units(linears.of(block), granularity);
      forwards += variants * split.judging().size();
    }
    return forwards + (variants + 1) * split.judging().size();
  }

  private static int units(List<Linear> chosen, Granularity granularity) {
    return granularity == Granularity.LINEAR ? chosen.size() : Math.min(1, chosen.size());
  }

  Measured measure() {
    List<? extends Block> blocks = model.blocks();
    int variants = blocks.stream().mapToInt(block -> units(linears.of(block), granularity)).sum();
    List<int[]> everyVariant = new ArrayList<>();
    for (int v = 0; v <= variants; v++) {
      everyVariant.addAll(split.judging());
    }
    try (HiddenStates scoring = run.embed(split.scoring());
        HiddenStates judged = run.reserve(everyVariant)) {
      enter(judged);
      int made = 1;
      for (Block block : blocks) {
        boolean last = block == blocks.get(blocks.size() - 1);
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          List<Linear> chosen = linears.of(block);
          List<float[]> norms = DensePass.norms(run, block, open, chosen, scoring, last);
          List<float[]> entering = entering(judged);
          for (int slot = 0; slot < made * split.judging().size(); slot++) {
            forward(block, open, judged, slot);
          }
          made += prunedAlone(block, open, chosen, norms, entering, judged, made);
        }
      }
      return rises(losses(judged, variants + 1));
    }
  }

  /** The dense model is variant 0. */
  private void enter(HiddenStates judged) {
    for (int j = 0; j < split.judging().size(); j++) {
      float[] hidden = judged.get(j);
      model.embed(split.judging().get(j), hidden);
      judged.put(j, hidden);
    }
  }

  private List<float[]> entering(HiddenStates judged) {
    List<float[]> entering = new ArrayList<>();
    for (int j = 0; j < split.judging().size(); j++) {
      entering.add(judged.get(j).clone());
    }
    return entering;
  }

  private void forward(Block block, OpenBlock open, HiddenStates judged, int slot) {
    run.timed(
        "measure: variants",
        () -> {
          float[] hidden = judged.get(slot);
          open.forward(hidden, Tap.NONE);
          judged.put(slot, hidden);
        });
    run.advance("measuring " + block.name(), 1);
  }

  private int prunedAlone(
      Block block,
      OpenBlock open,
      List<Linear> chosen,
      List<float[]> norms,
      List<float[]> entering,
      HiddenStates judged,
      int made) {
    if (granularity == Granularity.BLOCK) {
      for (int l = 0; l < chosen.size(); l++) {
        prune(Matrix.of(open.weight(chosen.get(l))), norms.get(l));
      }
      if (!chosen.isEmpty()) {
        branch(block, open, entering, judged, made);
      }
      return units(chosen, granularity);
    }
    for (int l = 0; l < chosen.size(); l++) {
      Matrix weight = Matrix.of(open.weight(chosen.get(l)));
      float[][] dense = rows(weight);
      prune(weight, norms.get(l));
      branch(block, open, entering, judged, made + l);
      for (int r = 0; r < dense.length; r++) {
        weight.write(r, dense[r]);
      }
    }
    return chosen.size();
  }

  private void prune(Matrix weight, float[] norms) {
    run.timed(
        "measure: variants",
        () ->
            RowPruning.prune(
                weight,
                new Sparsity.Unstructured(sparsity),
                RowPruning.byNorms(norms),
                run.workers()));
  }

  private static float[][] rows(Matrix weight) {
    float[][] rows = new float[weight.rows()][weight.columns()];
    for (int r = 0; r < rows.length; r++) {
      weight.read(r, rows[r]);
    }
    return rows;
  }

  private void branch(
      Block block, OpenBlock open, List<float[]> entering, HiddenStates judged, int variant) {
    for (int j = 0; j < entering.size(); j++) {
      int slot = variant * entering.size() + j;
      judged.put(slot, entering.get(j).clone());
      forward(block, open, judged, slot);
    }
  }

  private double[] losses(HiddenStates judged, int variants) {
    double[] losses = new double[variants];
    int judging = split.judging().size();
    try (OpenLoss loss = run.timed("load", () -> model.openLoss(run.workers()))) {
      for (int v = 0; v < variants; v++) {
        double sum = 0;
        for (int j = 0; j < judging; j++) {
          int[] sequence = split.judging().get(j);
          float[] hidden = judged.get(v * judging + j);
          sum += run.timed("measure: loss", () -> loss.mean(sequence, hidden));
          run.advance("measuring losses", 1);
        }
        losses[v] = sum / judging;
      }
    }
    return losses;
  }

  private Measured rises(double[] losses) {
    List<Measured.OfBlock> measured = new ArrayList<>();
    int variant = 1;
    for (Block block : model.blocks()) {
      List<Linear> chosen = linears.of(block);
      if (chosen.isEmpty()) {
        continue;
      }
      List<Double> rises = new ArrayList<>();
      for (int u = 0; u < units(chosen, granularity); u++) {
        rises.add(losses[variant++] - losses[0]);
      }
      measured.add(
          granularity == Granularity.BLOCK
              ? new Measured.OfBlock(rises.get(0), List.of())
              : new Measured.OfBlock(rises.stream().mapToDouble(r -> r).sum(), rises));
    }
    return new Measured(measured);
  }
}
