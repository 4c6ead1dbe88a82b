package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The projection {@code s_b = clip(r_b + c, lo, hi)} with the shift c for which {@code Σ n_b s_b =
 * S Σ n_b}.
 *
 * <p>The weighted sum is piecewise linear and non-decreasing in c; its breakpoints are the shifts
 * at which some {@code r_b + c} equals a bound of the box. A binary search finds the two
 * breakpoints around the budget, and linear interpolation between them yields c.
 *
 * @param lo the lowest sparsity
 * @param hi the highest, at least {@code lo}
 * @param mean S, between the two
 */
record BudgetedBox(double lo, double hi, double mean) {
  double[] project(double[] raw, List<AllocationUnit> units) {
    // All sums run over the sorted units, so permuting the blocks does not change a bit.
    int[] order =
        IntStream.range(0, raw.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer b) -> raw[b])
                    .thenComparingLong(b -> units.get(b).weights()))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] r = Arrays.stream(order).mapToDouble(b -> raw[b]).toArray();
    double[] n = Arrays.stream(order).mapToDouble(b -> units.get(b).weights()).toArray();
    double[] result = new double[raw.length];
    if (r[0] == r[r.length - 1] || lo == hi) {
      Arrays.fill(result, mean);
      return result;
    }
    double c = shift(r, n);
    for (int b = 0; b < raw.length; b++) {
      result[b] = clip(raw[b] + c);
    }
    return result;
  }

  private double shift(double[] r, double[] n) {
    double budget = mean * Arrays.stream(n).sum();
    double[] corners =
        IntStream.range(0, r.length)
            .boxed()
            .flatMap(b -> Stream.of(lo - r[b], hi - r[b]))
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    int below = 0; // here every unit is at lo and the sum is at most the budget
    int above = corners.length - 1; // here every unit is at hi and the sum is at least the budget
    while (above - below > 1) {
      int middle = (below + above) >>> 1;
      if (zeros(r, n, corners[middle]) <= budget) {
        below = middle;
      } else {
        above = middle;
      }
    }
    double least = zeros(r, n, corners[below]);
    double most = zeros(r, n, corners[above]);
    return most > least
        ? corners[below] + (corners[above] - corners[below]) * ((budget - least) / (most - least))
        : corners[below];
  }

  private double zeros(double[] r, double[] n, double c) {
    double sum = 0;
    for (int b = 0; b < r.length; b++) {
      sum += n[b] * clip(r[b] + c);
    }
    return sum;
  }

  private double clip(double s) {
    return Math.max(lo, Math.min(hi, s));
  }
}
