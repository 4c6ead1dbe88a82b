package io.github.owlprune.pruning;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.plan.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Explains a sparsity that stays below the requested one because zeros are whole weights of each
 * row: of n weights, {@code floor(n · s)} are removed, which matters where n is small.
 */
final class NarrowRows {
  /** The smallest difference that is explained; rows of 500 weights stay below it. */
  private static final double NOTABLE = 0.002;

  private NarrowRows() {}

  /** Returns a remark, if rounding down in each row explains a notable difference. */
  static Optional<String> remark(List<? extends Block> blocks, List<Report.PrunedBlock> pruned) {
    Map<LinearRef, Linear> shapes = new HashMap<>();
    blocks.forEach(b -> b.linears().forEach(l -> shapes.put(new LinearRef(b.name(), l.name()), l)));
    long weights = 0;
    double asked = 0;
    long zeros = 0;
    long wholeInRows = 0;
    int narrowest = Integer.MAX_VALUE;
    for (Report.PrunedBlock block : pruned) {
      for (Report.PrunedLinear linear : block.linears()) {
        Linear shape = shapes.get(new LinearRef(block.name(), linear.name()));
        if (shape == null) {
          continue;
        }
        weights += linear.weights();
        asked += linear.asked().zeros() * linear.weights();
        zeros += linear.zeros();
        wholeInRows +=
            shape.outputs() * Sparsity.zerosAmong(shape.inputs(), linear.asked().zeros());
        narrowest = Math.min(narrowest, shape.inputs());
      }
    }
    if (zeros != wholeInRows || asked - zeros <= NOTABLE * weights) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%.4f of the weights are zero and not %.4f, because each row loses a whole number of"
                + " weights, rounded down, and the narrowest rows have only %d",
            (double) zeros / weights,
            asked / weights,
            narrowest));
  }
}
