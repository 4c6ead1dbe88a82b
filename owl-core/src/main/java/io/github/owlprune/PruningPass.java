package io.github.owlprune;

import com.google.common.base.Stopwatch;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Prunes block by block: load, gather statistics on inputs that already passed through the pruned
 * blocks before, prune each linear, save, run again with the weights as saved, release. What the
 * journal tells of is not done again; blocks that were saved after hidden states were last kept are
 * only run through.
 *
 * @param <S> what the pruner needs to know about inputs
 */
final class PruningPass<S extends InputStatistics> {
  private final Run run;
  private final Plan plan;
  private final Pruner<S> pruner;
  private final Map<String, Plan.PlannedBlock> planned;
  private final int last; // no block behind it loses weights, so none is run through

  PruningPass(Run run, Plan plan, Pruner<S> pruner) {
    this.run = run;
    this.plan = plan;
    this.pruner = pruner;
    this.planned = plan.blocksByName();
    this.last = plan.lastBlock(run.model());
  }

  static long pieces(Model model, Pruner<?> pruner, Run run) {
    long blocks = model.blocks().size(); // at most
    return pruner.needsInputs() ? blocks * Passage.pieces(run) : blocks;
  }

  Report prune() {
    return run.reported(plan, pruner, this::pruneBlocks);
  }

  private List<Report.PrunedBlock> pruneBlocks() {
    if (!pruner.needsInputs()) {
      return pruneBlocks(null);
    }
    try (HiddenStates states = run.enter(Pass.PRUNED, run.sequences())) {
      return pruneBlocks(states);
    }
  }

  private List<Report.PrunedBlock> pruneBlocks(@Nullable HiddenStates states) {
    List<Report.PrunedBlock> pruned = new ArrayList<>();
    List<? extends Block> blocks = run.model().blocks();
    int begin = states == null ? 0 : run.journal().begin(Pass.PRUNED);
    for (int b = 0; b <= last; b++) {
      Optional<Report.PrunedBlock> before = run.journal().pruned(b);
      before.ifPresent(pruned::add);
      if (b < begin || (before.isPresent() && states == null)) {
        run.advance("pruning " + blocks.get(b).name(), piecesOfBlock(states));
        continue;
      }
      Plan.PlannedBlock target = before.isPresent() ? null : planned.get(blocks.get(b).name());
      runThrough(b, target, states, pruned);
      if (states != null) {
        run.journal().keep(Pass.PRUNED, b + 1, states);
      }
    }
    return pruned;
  }

  /** One block: it is pruned on the way if there is a target, and left as it is if not. */
  private void runThrough(
      int b,
      Plan.@Nullable PlannedBlock target,
      @Nullable HiddenStates states,
      List<Report.PrunedBlock> pruned) {
    Block block = run.model().blocks().get(b);
    String doing = "pruning " + block.name();
    Passage passage = states == null ? null : new Passage(run, states, "prune", doing);
    Stopwatch watch = Stopwatch.createStarted();
    try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
      List<Report.PrunedLinear> linears = List.of();
      if (target != null) {
        linears = prune(block, open, target, passage);
        run.timed("prune: write", open::save);
      }
      if (passage == null) {
        run.advance(doing, 1);
      } else {
        passage.forward(open, b == last);
      }
      if (target != null) {
        double seconds = watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
        pruned.add(new Report.PrunedBlock(block.name(), target.measured(), seconds, linears));
        run.journal().keep(b, pruned.get(pruned.size() - 1));
      }
    }
  }

  private long piecesOfBlock(@Nullable HiddenStates states) {
    return states == null ? 1 : Passage.pieces(run);
  }

  private List<Report.PrunedLinear> prune(
      Block block, OpenBlock open, Plan.PlannedBlock target, @Nullable Passage passage) {
    try (BlockPruning<S> pruning = new BlockPruning<>(run, block, open, target, pruner)) {
      if (passage != null) {
        passage.observe(open, pruning);
      }
      return run.timed("prune: select", pruning::prune);
    }
  }
}
