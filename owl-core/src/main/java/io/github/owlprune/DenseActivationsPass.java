package io.github.owlprune;

import com.google.common.base.Stopwatch;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prunes block by block on the activations of the dense model. What the pass that measured has
 * gathered is taken from there, and nothing runs through the model again; else one forward pass of
 * the dense model gathers it.
 *
 * @param <S> what the pruner needs to know about inputs
 */
final class DenseActivationsPass<S extends InputStatistics> {
  private final Run run;
  private final Plan plan;
  private final Pruner<S> pruner;
  private final GatheredStatistics<S> gathered;

  DenseActivationsPass(Run run, Plan plan, Pruner<S> pruner, GatheredStatistics<S> gathered) {
    this.run = run;
    this.plan = plan;
    this.pruner = pruner;
    this.gathered = gathered;
  }

  Report prune() {
    return run.reported(plan, pruner, this::pruneBlocks);
  }

  private List<Report.PrunedBlock> pruneBlocks() {
    if (gathered.complete(plan)) {
      return pruneByGathered();
    }
    try (HiddenStates states = run.embed(run.sequences())) {
      return pruneByForward(states);
    }
  }

  private List<Report.PrunedBlock> pruneByGathered() {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    for (Block block : run.model().blocks()) {
      Plan.PlannedBlock target = plan.blocksByName().get(block.name());
      if (target != null) {
        Stopwatch watch = Stopwatch.createStarted();
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()));
            BlockPruning<S> pruning =
                new BlockPruning<>(run, block, open, target, pruner, gathered.take(block))) {
          pruned.add(save(target, open, pruning, watch));
        }
      }
      run.advance("pruning " + block.name(), Passage.pieces(run));
    }
    return pruned;
  }

  private List<Report.PrunedBlock> pruneByForward(HiddenStates states) {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    List<? extends Block> blocks = run.model().blocks();
    int end = plan.lastBlock(run.model());
    for (int b = 0; b <= end; b++) {
      Block block = blocks.get(b);
      boolean last = b == end;
      Plan.PlannedBlock target = plan.blocksByName().get(block.name());
      Passage passage = new Passage(run, states, "prune", "pruning " + block.name());
      Stopwatch watch = Stopwatch.createStarted();
      try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
        if (target == null) {
          passage.forward(open, last);
          continue;
        }
        try (BlockPruning<S> pruning = new BlockPruning<>(run, block, open, target, pruner)) {
          passage.observeAndForward(open, pruning, last);
          pruned.add(save(target, open, pruning, watch));
        }
      }
    }
    return pruned;
  }

  private Report.PrunedBlock save(
      Plan.PlannedBlock target, OpenBlock open, BlockPruning<S> pruning, Stopwatch watch) {
    List<Report.PrunedLinear> linears = run.timed("prune: select", pruning::prune);
    run.timed("prune: write", open::save);
    double seconds = watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
    return new Report.PrunedBlock(target.name(), target.measured(), seconds, linears);
  }
}
