package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.WithHessian;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a pruner needs to know about the inputs of every block, gathered in a pass over the dense
 * model that is made anyway. Hessians are not: those of all blocks together are larger than the
 * model.
 *
 * @param <S> what the pruner needs to know about inputs
 */
final class GatheredStatistics<S extends InputStatistics> implements AutoCloseable {
  private final Run run;
  private final LinearChoice linears;
  private final Pruner<S> pruner;
  private final Map<String, Map<String, S>> byBlock = new HashMap<>();

  GatheredStatistics(Run run, LinearChoice linears, Pruner<S> pruner) {
    this.run = run;
    this.linears = linears;
    this.pruner = pruner;
  }

  /** Watches a block of the dense model. */
  Tap watch(Block block) {
    Map<String, S> seen = new HashMap<>();
    for (Linear linear : linears.of(block)) {
      S statistics = seen.computeIfAbsent(linear.input(), i -> pruner.observe(linear.inputs()));
      if (statistics instanceof WithHessian) {
        statistics.close();
        return Tap.NONE;
      }
    }
    byBlock.put(block.name(), seen);
    return (input, rows) -> {
      S statistics = seen.get(input);
      if (statistics != null) {
        statistics.add(rows, run.workers());
      }
    };
  }

  /** Whether every block of a plan was watched. */
  boolean complete(Plan plan) {
    return plan.blocks().stream().allMatch(b -> byBlock.containsKey(b.name()));
  }

  /** A block's statistics by input, which the caller closes. */
  Map<String, S> take(Block block) {
    return Objects.requireNonNull(byBlock.remove(block.name()));
  }

  @Override
  public void close() {
    byBlock.values().forEach(seen -> seen.values().forEach(InputStatistics::close));
  }
}
