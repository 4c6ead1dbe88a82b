package io.github.owlprune;

import io.github.owlprune.allocation.OutlierDistribution;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.ColumnNorms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one pass over the dense model that OWL needs (arXiv 2310.05175, section 3.1): every block
 * sees dense activations; column norms of each distinct input, then outliers counted.
 */
final class DensePass {
  private static final int PIECES = 4; // a forward is four thirds of an observation

  private DensePass() {}

  static long pieces(Model model, Run run) {
    return (long) PIECES * model.blocks().size() * run.sequences();
  }

  static OutlierDistribution measure(Run run, LinearChoice linears, double... thresholds) {
    double[] ascending = Arrays.stream(thresholds).distinct().sorted().toArray();
    List<OutlierDistribution.BlockOutliers> measured = new ArrayList<>();
    List<? extends Block> blocks = run.model().blocks();
    try (HiddenStates states = run.embed()) {
      for (int b = 0; b < blocks.size(); b++) {
        Block block = blocks.get(b);
        boolean last = b == blocks.size() - 1;
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          List<Linear> chosen = linears.of(block);
          Map<String, ColumnNorms> norms = forward(run, block, open, chosen, states, last);
          if (!chosen.isEmpty()) {
            OutlierCount count = new OutlierCount(block, open, chosen, norms, run.workers());
            measured.add(run.timed("measure: ratios", () -> count.over(ascending)));
          }
        }
      }
    }
    return new OutlierDistribution(Arrays.stream(ascending).boxed().toList(), measured);
  }

  /** Runs every sequence through the block; what leaves the last block is needed by nobody. */
  private static Map<String, ColumnNorms> forward(
      Run run,
      Block block,
      OpenBlock open,
      List<Linear> chosen,
      HiddenStates states,
      boolean last) {
    Map<String, ColumnNorms> norms = new HashMap<>();
    for (Linear linear : chosen) {
      norms.computeIfAbsent(linear.input(), input -> new ColumnNorms(linear.inputs()));
    }
    Tap tap =
        (input, rows) -> {
          ColumnNorms seen = norms.get(input);
          if (seen != null) {
            seen.add(rows, run.workers());
          }
        };
    for (int i = 0; i < states.sequences(); i++) {
      int sequence = i;
      run.timed(
          "measure: forward",
          () -> {
            float[] hidden = states.get(sequence);
            if (last) {
              open.observe(hidden, tap);
            } else {
              open.forward(hidden, tap);
              states.put(sequence, hidden);
            }
          });
      run.advance("measuring " + block.name(), PIECES);
    }
    return norms;
  }
}
