package io.github.owlprune.allocation;

import io.github.owlprune.compress.Sparsity;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Mixed N:M sparsity with one M and a separate N per unit (the mixed N:8 of arXiv 2310.05175): an
 * allocation rounded to integers.
 *
 * <ul>
 *   <li>A unit with a lower raw sparsity never has a smaller N; among units with equal raw
 *       sparsities, an earlier one never has a smaller N.
 *   <li>N is at least 1, and {@code 1 − N/M} lies in {@code [S − λ, S + λ]}. The two integers
 *       around {@code M (1 − S)} are always allowed: S could not be met without both, and the box
 *       may contain neither. So a unit leaves the box by less than 1/M, and only if the box is that
 *       narrow.
 *   <li>Of all such choices, the weighted mean of N is the closest possible to {@code M (1 − S)};
 *       ties are broken by the smallest {@code Σ n_u (1 − N_u/M − s_u)²}.
 * </ul>
 *
 * <p>{@link MonotoneLevels} describes when the last point holds only approximately.
 *
 * @param of M, at least 2
 */
public record MixedPattern(int of) {
  private static final double ROUNDING = 1e-9; // 8 · (1 − 0.7 − 0.05) is 2.0000000000000004

  /**
   * Checks the width.
   *
   * @param of M, at least 2
   */
  public MixedPattern {
    if (of < 2) {
      throw new IllegalArgumentException(
          "a window of "
              + of
              + " was given for a mixed pattern; it must be at least 2 wide (the paper: 8)");
    }
  }

  /**
   * Returns the highest sparsity, at which every window keeps one weight.
   *
   * @return {@code 1 − 1/M}
   */
  public double highest() {
    return 1 - 1.0 / of;
  }

  /**
   * Rejects a sparsity that would leave windows without a weight.
   *
   * @param sparsity S
   * @throws IllegalArgumentException if it is above {@link #highest}
   */
  public void requireReachable(double sparsity) {
    if (sparsity > highest()) {
      throw new IllegalArgumentException(
          "a sparsity of "
              + sparsity
              + " was given with windows of "
              + of
              + ", each of which keeps a weight; at most "
              + highest()
              + " is possible: lower the sparsity or widen the windows");
    }
  }

  /**
   * Chooses N for each unit.
   *
   * @param raw the allocator's sparsities, which define the order
   * @param mapped the allocation to approximate
   * @param units the units
   * @param budget S and λ
   * @return a pattern for each unit
   */
  public List<Sparsity> patterns(
      double[] raw, double[] mapped, List<AllocationUnit> units, Budget budget) {
    double exact = of * (1 - budget.sparsity());
    double reach = of * budget.lambda();
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
    int[] levels = new MonotoneLevels(weights, costs).nearest(above(fewest, all, budget));
    Sparsity[] patterns = new Sparsity[order.length];
    for (int i = 0; i < order.length; i++) {
      patterns[order[i]] = new Sparsity.NOfM(fewest + levels[i], of);
    }
    return List.of(patterns);
  }

  /**
   * Returns how much to keep beyond the fewest, in M-ths of a weight. S is interpreted as the
   * decimal number the caller wrote, because ties between a sum above and a sum below are resolved
   * exactly: in binary fractions, {@code 5 · (1 − 0.49) · 10} is not exactly 25.5.
   */
  private double above(int fewest, long all, Budget budget) {
    BigDecimal kept = BigDecimal.ONE.subtract(BigDecimal.valueOf(budget.sparsity()));
    BigDecimal each = kept.multiply(BigDecimal.valueOf(of)).subtract(BigDecimal.valueOf(fewest));
    return each.multiply(BigDecimal.valueOf(all)).doubleValue();
  }
}
