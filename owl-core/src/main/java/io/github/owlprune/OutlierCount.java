package io.github.owlprune;

import io.github.owlprune.allocation.OutlierDistribution.BlockOutliers;
import io.github.owlprune.allocation.OutlierDistribution.LinearOutliers;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ColumnNorms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Counts the outliers of one open block: {@code A_ij = |W_ij| · ‖x_j‖₂}, and how many of them
 * exceed M times the mean, for several M, against the mean of the whole block and of each linear
 * alone.
 *
 * <p>Two sweeps over the weights: sums, then counts. Sums are made row by row in double and added
 * in the rows' order, so the number of threads changes no bit.
 */
final class OutlierCount {
  private static final int ROWS_PER_TASK = 32;

  private final Block block;
  private final List<Linear> linears;
  private final List<Matrix> weights;
  private final List<float[]> norms;
  private final Workers workers;

  OutlierCount(
      Block block,
      OpenBlock open,
      List<Linear> linears,
      Map<String, ColumnNorms> seen,
      Workers workers) {
    this.block = block;
    this.linears = linears;
    this.workers = workers;
    this.weights = linears.stream().map(l -> Matrix.of(open.weight(l))).toList();
    this.norms = linears.stream().map(l -> Named.naming(block, l, () -> normsOf(l, seen))).toList();
  }

  private static float[] normsOf(Linear linear, Map<String, ColumnNorms> seen) {
    ColumnNorms norms = seen.get(linear.input());
    if (norms == null) {
      throw new IllegalStateException("no norms were gathered for its input " + linear.input());
    }
    return norms.norms();
  }

  BlockOutliers over(double[] thresholds) {
    double[] sums = new double[linears.size()];
    for (int l = 0; l < sums.length; l++) {
      int linear = l;
      sums[l] = Named.naming(block, linears.get(l), () -> sum(linear));
    }
    long all = linears.stream().mapToLong(Linear::weights).sum();
    double mean = Arrays.stream(sums).sum() / all;
    long[] inBlock = new long[thresholds.length];
    List<LinearOutliers> each = new ArrayList<>();
    for (int l = 0; l < sums.length; l++) {
      Linear linear = linears.get(l);
      long[] counts = counts(l, limits(thresholds, mean));
      for (int m = 0; m < counts.length; m++) {
        inBlock[m] += counts[m];
      }
      double own = sums[l] / linear.weights();
      each.add(
          new LinearOutliers(
              linear.name(), linear.weights(), boxed(counts(l, limits(thresholds, own)))));
    }
    return new BlockOutliers(block.name(), all, boxed(inBlock), each);
  }

  private static double[] limits(double[] thresholds, double mean) {
    return Arrays.stream(thresholds).map(m -> m * mean).toArray();
  }

  private static List<Long> boxed(long[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  private double sum(int linear) {
    double[] rows = new double[weights.get(linear).rows()];
    eachRow(
        linear,
        (r, scores) -> {
          double sum = 0;
          for (float score : scores) {
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
    int[][] rows = new int[weights.get(linear).rows()][limits.length];
    eachRow(
        linear,
        (r, scores) -> {
          int[] counts = rows[r];
          for (float score : scores) {
            for (int m = 0; m < limits.length && score > limits[m]; m++) {
              counts[m]++;
            }
          }
        });
    long[] counts = new long[limits.length];
    for (int[] row : rows) {
      for (int m = 0; m < counts.length; m++) {
        counts[m] += row[m];
      }
    }
    return counts;
  }

  private interface RowOfScores {
    void see(int row, float[] scores);
  }

  private void eachRow(int linear, RowOfScores visitor) {
    Matrix weight = weights.get(linear);
    float[] norm = norms.get(linear);
    workers.run(
        (weight.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (task, worker) -> {
          float[] row = new float[weight.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, weight.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            weight.read(r, row);
            for (int j = 0; j < row.length; j++) {
              row[j] = Math.abs(row[j]) * norm[j];
            }
            visitor.see(r, row);
          }
        });
  }
}
