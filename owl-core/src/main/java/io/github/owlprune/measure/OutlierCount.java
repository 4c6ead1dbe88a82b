package io.github.owlprune.measure;

import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import io.github.owlprune.measure.OutlierDistribution.LinearOutliers;
import io.github.owlprune.model.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts the outliers of one open block: the scores {@code A_ij = |W_ij| · ‖x_j‖₂} that exceed M
 * times the mean, for several M, against the mean of the whole block and of each linear alone.
 *
 * <p>Two passes over the weights: sums, then counts. Sums are computed row by row in double and
 * added in the order of the rows, so the number of threads changes no bit.
 */
public final class OutlierCount {
  private final BlockScores scores;

  /**
   * The mean scores of a block.
   *
   * @param block the mean over all selected linears
   * @param linears the mean of each linear
   */
  public record Means(double block, Map<Linear, Double> linears) {}

  /**
   * Prepares to count outliers.
   *
   * @param scores the scores of an open block
   */
  public OutlierCount(BlockScores scores) {
    this.scores = scores;
  }

  /**
   * Counts the scores above M times the means.
   *
   * @param means the means to compare with, of the same linears
   * @param thresholds the thresholds M, ascending
   * @return a count for each threshold
   */
  public BlockOutliers above(Means means, List<Double> thresholds) {
    long[] inBlock = new long[thresholds.size()];
    List<LinearOutliers> each = new ArrayList<>();
    for (Linear linear : scores.linears()) {
      long[] counts = counts(linear, limits(thresholds, means.block()));
      for (int m = 0; m < counts.length; m++) {
        inBlock[m] += counts[m];
      }
      double own = Objects.requireNonNull(means.linears().get(linear));
      each.add(
          new LinearOutliers(
              linear.name(), linear.weights(), boxed(counts(linear, limits(thresholds, own)))));
    }
    BlockWeights weights = scores.weights();
    return new BlockOutliers(weights.block().name(), weights.weights(), boxed(inBlock), each);
  }

  /**
   * Computes the mean scores.
   *
   * @return the means of the block and of its linears
   * @throws ArithmeticException if weights hold NaN or infinity, or scores overflow, naming the
   *     linear
   */
  public Means means() {
    Map<Linear, Double> sums = new LinkedHashMap<>();
    for (Linear linear : scores.linears()) {
      sums.put(linear, scores.weights().ref(linear).attributeErrors(() -> sum(linear)));
    }
    Map<Linear, Double> means = new LinkedHashMap<>();
    sums.forEach((linear, sum) -> means.put(linear, sum / linear.weights()));
    double all = sums.values().stream().mapToDouble(Double::doubleValue).sum();
    return new Means(all / scores.weights().weights(), means);
  }

  private static double[] limits(List<Double> thresholds, double mean) {
    return thresholds.stream().mapToDouble(m -> m * mean).toArray();
  }

  private static List<Long> boxed(long[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  private double sum(Linear linear) {
    double[] rows = new double[linear.outputs()];
    scores.forEachRow(
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

  /** Counts the scores that exceed each limit; limits ascend. */
  private long[] counts(Linear linear, double[] limits) {
    int[][] rows = new int[linear.outputs()][limits.length];
    scores.forEachRow(
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
