package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.Pruner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes one open block in place by its part of a plan: first it watches the inputs, then each
 * weight is pruned. Nothing is saved.
 *
 * @param <S> what the pruner needs to know about inputs
 */
final class BlockPruning<S extends InputStatistics> implements Tap, AutoCloseable {
  private final Run run;
  private final Block block;
  private final OpenBlock open;
  private final Plan.PlannedBlock target;
  private final Pruner<S> pruner;
  private final Map<String, S> seen;

  /** That will watch the block's inputs itself. */
  BlockPruning(Run run, Block block, OpenBlock open, Plan.PlannedBlock target, Pruner<S> pruner) {
    this(run, block, open, target, pruner, new HashMap<>());
    for (Plan.PlannedLinear l : target.linears()) {
      Linear linear = linear(l);
      seen.computeIfAbsent(linear.input(), input -> pruner.observe(linear.inputs()));
    }
  }

  /**
   * With what was gathered before.
   *
   * @param seen by input; closed with this
   */
  BlockPruning(
      Run run,
      Block block,
      OpenBlock open,
      Plan.PlannedBlock target,
      Pruner<S> pruner,
      Map<String, S> seen) {
    this.run = run;
    this.block = block;
    this.open = open;
    this.target = target;
    this.pruner = pruner;
    this.seen = seen;
  }

  @Override
  public void see(String input, INDArray rows) {
    S statistics = seen.get(input);
    if (statistics != null) {
      statistics.add(rows, run.workers());
    }
  }

  List<Report.PrunedLinear> prune() {
    List<Report.PrunedLinear> pruned = new ArrayList<>();
    for (Plan.PlannedLinear l : target.linears()) {
      Linear linear = linear(l);
      S statistics = Objects.requireNonNull(seen.get(linear.input()));
      Matrix weight = Matrix.of(open.weight(linear));
      Outcome outcome =
          Named.naming(
              block,
              linear,
              () -> pruner.prune(weight.array(), statistics, l.sparsity(), run.workers()));
      if (target.linears().stream()
          .skip(pruned.size() + 1L)
          .noneMatch(later -> linear(later).input().equals(linear.input()))) {
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

  private Linear linear(Plan.PlannedLinear planned) {
    return block.linears().stream()
        .filter(l -> l.name().equals(planned.name()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    seen.values().forEach(InputStatistics::close);
  }
}
