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
import java.util.function.Function;

/**
 * The one pass over the dense model that OWL needs (arXiv 2310.05175, section 3.1): every block
 * sees dense activations; column norms of each distinct input, then whatever is to be told of the
 * block's scores.
 */
final class DensePass {
  private static final int PIECES = 4; // a forward is four thirds of an observation

  private DensePass() {}

  static long pieces(Model model, Run run) {
    return (long) PIECES * model.blocks().size() * run.sequences().size();
  }

  static OutlierDistribution measure(Run run, LinearChoice linears, double... thresholds) {
    double[] ascending = Arrays.stream(thresholds).distinct().sorted().toArray();
    List<OutlierDistribution.BlockOutliers> measured =
        over(run, linears, scores -> new OutlierCount(scores).over(ascending));
    return new OutlierDistribution(Arrays.stream(ascending).boxed().toList(), measured);
  }

  /** Looks at the scores of every block that has linears to prune, while it is open. */
  static <T> List<T> over(Run run, LinearChoice linears, Function<Scores, T> look) {
    List<T> seen = new ArrayList<>();
    List<? extends Block> blocks = run.model().blocks();
    try (HiddenStates states = run.embed()) {
      for (int b = 0; b < blocks.size(); b++) {
        Block block = blocks.get(b);
        boolean last = b == blocks.size() - 1;
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          List<Linear> chosen = linears.of(block);
          List<float[]> norms = norms(run, block, open, chosen, states, last);
          if (!chosen.isEmpty()) {
            Scores scores = new Scores(block, open, chosen, norms, run.workers());
            seen.add(run.timed("measure: scores", () -> look.apply(scores)));
          }
        }
      }
    }
    return seen;
  }

  /**
   * Runs every sequence through the block; what leaves the last block is needed by nobody.
   *
   * @return the column norms of each chosen linear's input
   */
  static List<float[]> norms(
      Run run,
      Block block,
      OpenBlock open,
      List<Linear> chosen,
      HiddenStates states,
      boolean last) {
    Map<String, ColumnNorms> seen = new HashMap<>();
    for (Linear linear : chosen) {
      seen.computeIfAbsent(linear.input(), input -> new ColumnNorms(linear.inputs()));
    }
    Tap tap =
        (input, rows) -> {
          ColumnNorms norms = seen.get(input);
          if (norms != null) {
            norms.add(rows, run.workers());
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
    return chosen.stream().map(l -> Named.naming(block, l, () -> normsOf(l, seen))).toList();
  }

  private static float[] normsOf(Linear linear, Map<String, ColumnNorms> seen) {
    ColumnNorms norms = seen.get(linear.input());
    if (norms == null) {
      throw new IllegalStateException("no norms were gathered for its input " + linear.input());
    }
    return norms.norms();
  }
}
