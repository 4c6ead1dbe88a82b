package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The norm of every column of an input over all calibration tokens (Wanda, arXiv 2306.11695,
 * section 3; OWL, arXiv 2310.05175, section 3.1): {@code norm²_j = Σ x_j² / sequences}. The
 * division changes no ranking; it keeps the number comparable between calibration sets.
 *
 * <p>Sums run in float over {@value #RUN} rows and in double beyond, so that the relative error
 * stays below 1e-6 whatever the number of tokens, while the inner loop is one vectorised
 * multiply-add a value. The result does not depend on the number of threads.
 */
public final class ColumnNorms implements InputStatistics {
  private static final int RUN = 16;
  private static final int ROWS_PER_TASK = 256;

  private final int inputs;
  private final double[] sums;
  private int sequences;

  /**
   * Starts empty.
   *
   * @param inputs the input's width, at least 1
   */
  public ColumnNorms(int inputs) {
    this.inputs = inputs;
    this.sums = new double[inputs];
  }

  @Override
  public void add(INDArray rows, Workers workers) {
    Matrix x = Matrix.of(rows);
    if (x.columns() != inputs) {
      throw new IllegalArgumentException(
          "rows of " + x.columns() + " values were given to the norms of " + inputs + " columns");
    }
    int tasks = (x.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    double[][] partial = new double[tasks][inputs];
    workers.run(
        tasks,
        (task, worker) -> {
          int from = task * ROWS_PER_TASK;
          addSquares(x, from, Math.min(from + ROWS_PER_TASK, x.rows()), partial[task]);
        });
    for (double[] p : partial) {
      for (int j = 0; j < inputs; j++) {
        sums[j] += p[j];
      }
    }
    sequences++;
  }

  private static void addSquares(Matrix x, int from, int to, double[] sum) {
    float[] row = new float[sum.length];
    float[] run = new float[sum.length];
    for (int r = from; r < to; r += RUN) {
      Arrays.fill(run, 0);
      for (int i = r; i < Math.min(r + RUN, to); i++) {
        x.read(i, row);
        for (int j = 0; j < run.length; j++) {
          run[j] += row[j] * row[j];
        }
      }
      for (int j = 0; j < run.length; j++) {
        sum[j] += run[j];
      }
    }
  }

  /**
   * The squared norms.
   *
   * @return {@code Σ x_j² / sequences}, a value for each column
   * @throws IllegalStateException if no sequence was added
   * @throws ArithmeticException if an input was NaN or infinite, naming the column
   */
  public double[] squared() {
    if (sequences == 0) {
      throw new IllegalStateException("no calibration sequence was seen");
    }
    double[] squared = new double[inputs];
    for (int j = 0; j < inputs; j++) {
      squared[j] = sums[j] / sequences;
      if (!Double.isFinite(squared[j])) {
        throw new ArithmeticException("the activations hold NaN or infinity in input column " + j);
      }
    }
    return squared;
  }

  /**
   * The norms, as the scores use them.
   *
   * @return {@code sqrt} of {@link #squared}, rounded to float
   */
  public float[] norms() {
    double[] squared = squared();
    float[] norms = new float[inputs];
    for (int j = 0; j < inputs; j++) {
      norms[j] = (float) Math.sqrt(squared[j]);
    }
    return norms;
  }
}
