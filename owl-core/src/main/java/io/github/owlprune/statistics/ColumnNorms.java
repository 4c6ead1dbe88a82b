package io.github.owlprune.statistics;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The norm of every column of an input over all calibration tokens (Wanda, arXiv 2306.11695,
 * section 3; OWL, arXiv 2310.05175, section 3.1): {@code norm²_j = Σ x_j² / sequences}. The
 * division does not change the ranking; it makes norms comparable between calibration sets.
 *
 * <p>Sums are accumulated in float over {@value #RUN} rows and in double beyond. This keeps the
 * relative error below 1e-6 for any number of tokens, while the inner loop is one vectorised
 * multiply-add per value. The result does not depend on the number of threads.
 */
public final class ColumnNorms implements Statistic<ColumnNorms> {
  /** The kind with which a compressor requests column norms. */
  public static final StatisticKind<ColumnNorms> KIND = new ColumnNormsKind();

  private static final int RUN = 16;
  private static final int ROWS_PER_TASK = 256;

  private final int inputs;
  private final double[] sums;
  private int sequences;

  /**
   * Creates empty statistics.
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
          "rows of " + x.columns() + " values were given, but these norms need " + inputs);
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

  @Override
  public void addEmpty() {
    sequences++;
  }

  @Override
  public void merge(ColumnNorms other) {
    if (other.inputs != inputs) {
      throw new IllegalArgumentException(
          "the norms of "
              + other.inputs
              + " columns cannot be merged into those of "
              + inputs
              + " columns; the two must be equal");
    }
    for (int j = 0; j < inputs; j++) {
      sums[j] += other.sums[j];
    }
    sequences += other.sequences;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeInt(inputs);
    out.writeInt(sequences);
    for (double sum : sums) {
      out.writeDouble(sum);
    }
  }

  static ColumnNorms read(DataInput in, int inputs) throws IOException {
    ColumnNorms norms = new ColumnNorms(inputs);
    norms.sequences = in.readInt();
    for (int j = 0; j < norms.inputs; j++) {
      norms.sums[j] = in.readDouble();
    }
    return norms;
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
   * Returns the squared norms.
   *
   * @return {@code Σ x_j² / sequences}, one value per column
   * @throws IllegalStateException if no sequence was added
   * @throws ArithmeticException if an input was NaN or infinite, naming the column
   */
  public double[] squared() {
    if (sequences == 0) {
      throw new IllegalStateException("no calibration sequence was added; add at least one");
    }
    double[] squared = new double[inputs];
    for (int j = 0; j < inputs; j++) {
      squared[j] = sums[j] / sequences;
      if (!Double.isFinite(squared[j])) {
        throw new ArithmeticException(
            "the activations contain NaN or infinity in input column " + j);
      }
    }
    return squared;
  }

  /**
   * Returns the norms used by the scores.
   *
   * @return the square roots of {@link #squared}, rounded to float
   * @throws IllegalStateException if no sequence was added
   * @throws ArithmeticException if an input was NaN or infinite, naming the column
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
