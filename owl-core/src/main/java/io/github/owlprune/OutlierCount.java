package io.github.owlprune;

import io.github.owlprune.allocation.OutlierDistribution.BlockOutliers;
import io.github.owlprune.allocation.OutlierDistribution.LinearOutliers;
import io.github.owlprune.model.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts the outliers of one open block: {@code A_ij = |W_ij| · ‖x_j‖₂}, and how many of them
 * exceed M times the mean, for several M, against the mean of the whole block and of each linear
 * alone.
 *
 * <p>Two sweeps over the weights: sums, then counts. Sums are made row by row in double and added
 * in the rows' order, so the number of threads changes no bit.
 */
final class OutlierCount {
  private final Scores scores;

  /** The mean score of a block, and of each of its linears. */
  record Means(double block, List<Double> linears) {}

  OutlierCount(Scores scores) {
    this.scores = scores;
  }

  /** Counts the scores above M times the means, for each M; thresholds ascend. */
  BlockOutliers above(Means means, List<Double> thresholds) {
    long[] inBlock = new long[thresholds.size()];
    List<LinearOutliers> each = new ArrayList<>();
    for (int l = 0; l < scores.linears().size(); l++) {
      Linear linear = scores.linears().get(l);
      long[] counts = counts(l, limits(thresholds, means.block()));
      for (int m = 0; m < counts.length; m++) {
        inBlock[m] += counts[m];
      }
      double own = means.linears().get(l);
      each.add(
          new LinearOutliers(
              linear.name(), linear.weights(), boxed(counts(l, limits(thresholds, own)))));
    }
    return new BlockOutliers(scores.block().name(), weights(), boxed(inBlock), each);
  }

  Means means() {
    List<Linear> linears = scores.linears();
    double[] sums = new double[linears.size()];
    for (int l = 0; l < sums.length; l++) {
      int linear = l;
      sums[l] = Named.naming(scores.block(), linears.get(l), () -> sum(linear));
    }
    List<Double> each = new ArrayList<>();
    for (int l = 0; l < sums.length; l++) {
      each.add(sums[l] / linears.get(l).weights());
    }
    return new Means(Arrays.stream(sums).sum() / weights(), each);
  }

  private long weights() {
    return scores.linears().stream().mapToLong(Linear::weights).sum();
  }

  private static double[] limits(List<Double> thresholds, double mean) {
    return thresholds.stream().mapToDouble(m -> m * mean).toArray();
  }

  private static List<Long> boxed(long[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  private double sum(int linear) {
    double[] rows = new double[scores.rows(linear)];
    scores.eachRow(
        linear,
        (worker, r, row) -> {
          double sum = 0;
          for (float score : row) {
            sum += score;
          }
          rows[r] = sum;
        });
    double sum = Arrays.stream(rows).sum();
    if (!Double.isFinite(sum)) {
      throw new ArithmeticException(
          "its weights hold NaN or infinity, or its scores overflow; nothing can be ranked");
    }
    return sum;
  }

  /** How many scores exceed each limit; limits ascend. */
  private long[] counts(int linear, double[] limits) {
    int[][] rows = new int[scores.rows(linear)][limits.length];
    scores.eachRow(
        linear,
        (worker, r, row) -> {
          int[] count = rows[r];
          for (float score : row) {
            for (int m = 0; m < limits.length && score > limits[m]; m++) {
              count[m]++;
            }
          }
        });
    long[] counts = new long[limits.length];
    for (int[] inRow : rows) {
      for (int m = 0; m < counts.length; m++) {
        counts[m] += inRow[m];
      }
    }
    return counts;
  }
}
