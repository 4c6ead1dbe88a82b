package io.github.owlprune;

import io.github.owlprune.model.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * The share of each linear that goes if the lowest scores of the whole model go: one threshold for
 * all, exactly as sorting all scores would give it (a baseline of arXiv 2310.05175, section 4.1).
 * Equal scores go in the model's order.
 *
 * <p>Two looks at the scores: a histogram of every linear's, and one of those that share the
 * threshold's upper bits.
 */
final class GlobalThreshold {
  private final DensePass dense;

  GlobalThreshold(DensePass dense) {
    this.dense = dense;
  }

  private record Counted(List<Linear> linears, List<ScoreHistogram> scores) {}

  Measured measure(double sparsity) {
    List<Counted> uppers = dense.over(s -> count(s, -1));
    long weights =
        uppers.stream().flatMap(c -> c.linears().stream()).mapToLong(Linear::weights).sum();
    long zeros = Math.round(sparsity * weights);
    if (zeros == 0) {
      return shares(uppers, new long[flat(uppers).size()]);
    }
    ScoreHistogram all = ScoreHistogram.sum(flat(uppers));
    int upper = all.binOf(zeros);
    List<Counted> lowers = dense.over(s -> count(s, upper));
    ScoreHistogram within = ScoreHistogram.sum(flat(lowers));
    int lower = within.binOf(zeros - all.before(upper));
    return shares(uppers, zeros(flat(uppers), flat(lowers), upper, lower, zeros));
  }

  private static Counted count(Scores scores, int upper) {
    List<ScoreHistogram> counted = new ArrayList<>();
    for (int l = 0; l < scores.linears().size(); l++) {
      int linear = l;
      counted.add(
          Named.naming(
              scores.block(),
              scores.linears().get(l),
              () ->
                  upper < 0
                      ? ScoreHistogram.upper(scores, linear)
                      : ScoreHistogram.lower(scores, linear, upper)));
    }
    return new Counted(scores.linears(), counted);
  }

  /** All below the threshold, and of those that equal it as many as are still missing. */
  private static long[] zeros(
      List<ScoreHistogram> uppers, List<ScoreHistogram> lowers, int upper, int lower, long zeros) {
    long[] each = new long[uppers.size()];
    long missing = zeros;
    for (int l = 0; l < each.length; l++) {
      each[l] = uppers.get(l).before(upper) + lowers.get(l).before(lower);
      missing -= each[l];
    }
    for (int l = 0; l < each.length; l++) {
      long equal = Math.min(missing, lowers.get(l).in(lower));
      each[l] += equal;
      missing -= equal;
    }
    return each;
  }

  private static Measured shares(List<Counted> counted, long[] zeros) {
    List<Measured.OfBlock> blocks = new ArrayList<>();
    int at = 0;
    for (Counted c : counted) {
      long inBlock = 0;
      long weights = 0;
      List<Double> shares = new ArrayList<>();
      for (Linear linear : c.linears()) {
        shares.add((double) zeros[at] / linear.weights());
        inBlock += zeros[at++];
        weights += linear.weights();
      }
      blocks.add(new Measured.OfBlock((double) inBlock / weights, shares));
    }
    return new Measured(blocks);
  }

  private static List<ScoreHistogram> flat(List<Counted> counted) {
    return counted.stream().flatMap(c -> c.scores().stream()).toList();
  }
}
