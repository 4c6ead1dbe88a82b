package io.github.owlprune;

import io.github.owlprune.allocation.OutlierDistribution;
import io.github.owlprune.allocation.OutlierDistribution.BlockOutliers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the model as a plan and a pruner would leave it: every block is pruned as {@link
 * PruningPass} would, on inputs that passed through the pruned blocks before it; then the outliers
 * of its pruned weights are counted, and it is closed unsaved.
 *
 * @param <S> what the pruner needs to know about inputs
 */
final class PrunedPass<S extends InputStatistics> {
  private final Run run;
  private final LinearChoice linears;
  private final DenseOutliers dense;
  private final Plan plan;
  private final Pruner<S> pruner;
  private final List<BlockOutliers> counted = new ArrayList<>();
  private long zeros;
  private long weights;

  PrunedPass(Run run, LinearChoice linears, DenseOutliers dense, Plan plan, Pruner<S> pruner) {
    this.run = run;
    this.linears = linears;
    this.dense = dense;
    this.plan = plan;
    this.pruner = pruner;
  }

  static long pieces(Model model, Run run) {
    return model.blocks().size() * Passage.pieces(run);
  }

  Analysis.AfterPruning measure(String name) {
    List<? extends Block> blocks = run.model().blocks();
    try (HiddenStates states = run.embed(run.sequences())) {
      for (int b = 0; b < blocks.size(); b++) {
        Block block = blocks.get(b);
        Passage passage = new Passage(run, states, "analyze", name + ": " + block.name());
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          pruneAndCount(block, open, passage);
          passage.forward(open, b == blocks.size() - 1);
        }
      }
    }
    return new Analysis.AfterPruning(
        name,
        plan,
        pruner.name(),
        (double) zeros / weights,
        new OutlierDistribution(dense.ratios().thresholds(), counted));
  }

  private void pruneAndCount(Block block, OpenBlock open, Passage passage) {
    List<Linear> chosen = linears.of(block);
    Plan.@Nullable PlannedBlock target = plan.blocksByName().get(block.name());
    InputNorms norms = new InputNorms(block, chosen, run.workers());
    if (target == null) {
      passage.observe(open, norms);
    } else {
      prune(block, open, target, passage, norms);
    }
    if (!chosen.isEmpty()) {
      Scores scores = new Scores(block, open, chosen, norms.each(), run.workers());
      OutlierCount.Means means = dense.means().get(counted.size());
      counted.add(
          run.timed(
              "analyze: scores",
              () -> new OutlierCount(scores).above(means, dense.ratios().thresholds())));
    }
  }

  private void prune(
      Block block, OpenBlock open, Plan.PlannedBlock target, Passage passage, InputNorms norms) {
    try (BlockPruning<S> pruning = new BlockPruning<>(run, block, open, target, pruner)) {
      Tap both =
          (input, rows) -> {
            norms.see(input, rows);
            pruning.see(input, rows);
          };
      passage.observe(open, both);
      for (Report.PrunedLinear linear : run.timed("analyze: select", pruning::prune)) {
        zeros += linear.zeros();
        weights += linear.weights();
      }
    }
  }
}
