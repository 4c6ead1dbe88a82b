package io.github.owlprune;

import io.github.owlprune.allocation.Target;
import io.github.owlprune.allocation.Unit;
import io.github.owlprune.pruning.Sparsity;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * N:M with an N of its own for each unit and one M (the mixed N:8 of arXiv 2310.05175): the whole
 * numbers nearest to an allocation.
 *
 * <ul>
 *   <li>A unit with a lower raw sparsity never keeps fewer; of units with equal ones the earlier
 *       never keeps fewer.
 *   <li>N is such that {@code 1 − N/M} lies in {@code [S − λ, S + λ]}, and at least 1. The two
 *       whole numbers around {@code M (1 − S)} are allowed in any case: without both S could not be
 *       met, and the box may hold none. So a unit leaves the box by less than 1/M, and only where
 *       the box is that narrow.
 *   <li>Among these the weighted mean of N is the nearest to {@code M (1 − S)} that there is; among
 *       equally near ones {@code Σ n_u (1 − N_u/M − s_u)²} is least.
 * </ul>
 *
 * <p>{@link MonotoneLevels} says when the last point holds to a remainder only.
 *
 * @param of M, at least 2
 */
record MixedPattern(int of) {
  private static final double ROUNDING = 1e-9; // 8 · (1 − 0.7 − 0.05) is 2.0000000000000004

  MixedPattern {
    if (of < 2) {
      throw new IllegalArgumentException(
          "windows of "
              + of
              + " were given for a mixed pattern; at least 2 are needed (the paper: 8)");
    }
  }

  /** The highest sparsity: a weight of every window stays. */
  double highest() {
    return 1 - 1.0 / of;
  }

  void requireReachable(double sparsity) {
    if (sparsity > highest()) {
      throw new IllegalArgumentException(
          "a sparsity of "
              + sparsity
              + " was given with windows of "
              + of
              + ", of which a weight stays; at most "
              + highest()
              + " is possible: lower it or widen the windows");
    }
  }

  /**
   * Chooses N for each unit.
   *
   * @param raw the allocator's sparsities, for the order
   * @param mapped the allocation to stay near to
   */
  List<Sparsity> patterns(double[] raw, double[] mapped, List<Unit> units, Target target) {
    double exact = of * (1 - target.sparsity());
    double reach = of * target.lambda();
    int inBox = (int) Math.ceil(exact - reach - ROUNDING);
    int fewest = Math.max(1, Math.min(inBox, (int) Math.floor(exact + ROUNDING)));
    int upInBox = (int) Math.floor(exact + reach + ROUNDING);
    int most = Math.min(of, Math.max(upInBox, (int) Math.ceil(exact - ROUNDING)));

    int[] order =
        IntStream.range(0, raw.length)
            .boxed()
            .sorted(Comparator.comparingDouble(u -> raw[u]))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] weights = new long[order.length];
    double[][] costs = new double[order.length][most - fewest + 1];
    long all = 0;
    for (int i = 0; i < order.length; i++) {
      weights[i] = units.get(order[i]).weights();
      all += weights[i];
      for (int l = 0; l < costs[i].length; l++) {
        double off = 1 - (double) (fewest + l) / of - mapped[order[i]];
        costs[i][l] = weights[i] * off * off;
      }
    }
    int[] levels = new MonotoneLevels(weights, costs).nearest(above(fewest, all, target));
    Sparsity[] patterns = new Sparsity[order.length];
    for (int i = 0; i < order.length; i++) {
      patterns[order[i]] = new Sparsity.NOfM(fewest + levels[i], of);
    }
    return List.of(patterns);
  }

  /**
   * How much more than the fewest is to be kept, in M-ths of a weight. S is taken for the decimal
   * number that was written, since which of two sums is nearer, one above and one below, is decided
   * exactly: in binary fractions {@code 5 · (1 − 0.49) · 10} is not quite 25.5.
   */
  private double above(int fewest, long all, Target target) {
    BigDecimal kept = BigDecimal.ONE.subtract(BigDecimal.valueOf(target.sparsity()));
    BigDecimal each = kept.multiply(BigDecimal.valueOf(of)).subtract(BigDecimal.valueOf(fewest));
    return each.multiply(BigDecimal.valueOf(all)).doubleValue();
  }
}
