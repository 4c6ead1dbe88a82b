package io.github.owlprune.kernels.provider;

/**
 * Products of a weight's rows with inputs: {@code y[i, r] = Σ_j W[r, j] x[i, j]}.
 *
 * <p>Implementations are free of state that a product changes, so that several threads can compute
 * different rows at the same time. What a row's product is must depend neither on the rows that are
 * computed with it nor on the number of inputs: results are the same bytes for any division.
 */
public interface RowKernel {
  /** How many values of scratch memory each thread needs. */
  int SCRATCH = 1024;

  /**
   * Writes an input in the order in which the kernel reads it.
   *
   * @param x holds the input {@code [inputs]}
   * @param from where it begins
   * @param prepared receives {@link Layout#paddedInputs} values: the input, and zeros
   */
  void prepare(float[] x, int from, float[] prepared);

  /**
   * Computes {@code y[i, r] = Σ_j W[r, j] x[i, j]} for some rows r and all inputs i.
   *
   * @param prepared the prepared inputs: at least {@code count} of them
   * @param count the number of inputs, at least 1
   * @param y receives {@code [count, outputs]}; other rows are left alone
   * @param from the first row
   * @param to the row after the last
   * @param scratch {@link #SCRATCH} values for the calling thread to write to
   */
  void multiply(float[][] prepared, int count, float[] y, int from, int to, float[] scratch);
}
