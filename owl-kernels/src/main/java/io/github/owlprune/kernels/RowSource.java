package io.github.owlprune.kernels;

/** Gives the rows of a weight, one at a time. */
@FunctionalInterface
public interface RowSource {
  /**
   * Reads a row.
   *
   * @param row its number
   * @param into receives the row's weights
   */
  void read(int row, float[] into);
}
