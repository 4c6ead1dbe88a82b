package io.github.owlprune;

import com.google.common.base.Stopwatch;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.Pruner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prunes block by block: load, gather statistics on inputs that already passed through the pruned
 * blocks before, prune each linear, save, run again with the weights as saved, release.
 *
 * @param <S> what the pruner needs to know about inputs
 */
final class PruningPass<S extends InputStatistics> {
  private static final int OBSERVE_PIECES = 3;
  private static final int FORWARD_PIECES = 4;

  private final Run run;
  private final Plan plan;
  private final Pruner<S> pruner;
  private final Map<String, Plan.PlannedBlock> planned;

  PruningPass(Run run, Plan plan, Pruner<S> pruner) {
    this.run = run;
    this.plan = plan;
    this.pruner = pruner;
    this.planned =
        plan.blocks().stream()
            .collect(Collectors.toMap(Plan.PlannedBlock::name, Function.identity()));
  }

  static long pieces(Model model, Pruner<?> pruner, Run run) {
    long blocks = model.blocks().size();
    return pruner.needsInputs()
        ? blocks * run.sequences().size() * (OBSERVE_PIECES + FORWARD_PIECES)
        : blocks;
  }

  Report prune() {
    try {
      List<Report.PrunedBlock> pruned = new ArrayList<>();
      if (pruner.needsInputs()) {
        try (HiddenStates states = run.embed()) {
          pruneBlocks(pruned, states);
        }
      } else {
        pruneBlocks(pruned, null);
      }
      Report report =
          new Report(
              Report.VERSION, plan, pruner.name(), run.calibrationSource(), pruned, run.seconds());
      run.model().endPruning(plan.toJson(), report.toJson());
      return report;
    } catch (RuntimeException | Error e) {
      run.model().abandon();
      throw e;
    }
  }

  private void pruneBlocks(List<Report.PrunedBlock> pruned, @Nullable HiddenStates states) {
    List<? extends Block> blocks = run.model().blocks();
    for (int b = 0; b < blocks.size(); b++) {
      Block block = blocks.get(b);
      boolean last = b == blocks.size() - 1;
      Plan.PlannedBlock target = planned.get(block.name());
      Stopwatch watch = Stopwatch.createStarted();
      try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
        List<Report.PrunedLinear> linears = List.of();
        if (target != null) {
          Map<String, S> seen = new HashMap<>();
          try {
            observe(block, open, target, states, seen);
            linears = run.timed("prune: select", () -> pruneLinears(block, open, target, seen));
          } finally {
            seen.values().forEach(InputStatistics::close);
          }
          run.timed("prune: write", open::save);
        }
        if (states == null) {
          run.advance("pruning " + block.name(), 1);
        } else {
          forward(block, open, states, last);
        }
        if (target != null) {
          double seconds = watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
          pruned.add(new Report.PrunedBlock(block.name(), target.measured(), seconds, linears));
        }
      }
    }
  }

  private void observe(
      Block block,
      OpenBlock open,
      Plan.PlannedBlock target,
      @Nullable HiddenStates states,
      Map<String, S> seen) {
    for (Plan.PlannedLinear l : target.linears()) {
      Linear linear = linear(block, l);
      seen.computeIfAbsent(linear.input(), input -> pruner.observe(linear.inputs()));
    }
    if (states == null) {
      return;
    }
    Tap tap =
        (input, rows) -> {
          S statistics = seen.get(input);
          if (statistics != null) {
            statistics.add(rows, run.workers());
          }
        };
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      run.timed("prune: observe", () -> open.observe(states.get(sequence), tap));
      run.advance("pruning " + block.name(), OBSERVE_PIECES);
    }
  }

  private List<Report.PrunedLinear> pruneLinears(
      Block block, OpenBlock open, Plan.PlannedBlock target, Map<String, S> seen) {
    List<Report.PrunedLinear> pruned = new ArrayList<>();
    for (Plan.PlannedLinear l : target.linears()) {
      Linear linear = linear(block, l);
      S statistics = java.util.Objects.requireNonNull(seen.get(linear.input()));
      Matrix weight = Matrix.of(open.weight(linear));
      Outcome outcome =
          Named.naming(
              block,
              linear,
              () -> pruner.prune(weight.array(), statistics, l.sparsity(), run.workers()));
      if (target.linears().stream()
          .skip(pruned.size() + 1L)
          .noneMatch(later -> linear(block, later).input().equals(linear.input()))) {
        // What was made of a Hessian is as large as it is: at most one at a time.
        statistics.close();
        seen.remove(linear.input());
      }
      pruned.add(
          new Report.PrunedLinear(
              l.name(),
              l.weights(),
              l.sparsity(),
              ZeroCount.of(weight, run),
              outcome.outputErrors(),
              outcome.remarks()));
    }
    return pruned;
  }

  /** Gives the next block its inputs; after the last block nobody needs them. */
  private void forward(Block block, OpenBlock open, HiddenStates states, boolean last) {
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      if (!last) {
        run.timed(
            "prune: forward",
            () -> {
              float[] hidden = states.get(sequence);
              open.forward(hidden, Tap.NONE);
              states.put(sequence, hidden);
            });
      }
      run.advance("pruning " + block.name(), FORWARD_PIECES);
    }
  }

  private static Linear linear(Block block, Plan.PlannedLinear planned) {
    return block.linears().stream()
        .filter(l -> l.name().equals(planned.name()))
        .findFirst()
        .orElseThrow();
  }
}
