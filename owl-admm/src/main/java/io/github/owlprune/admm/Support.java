package io.github.owlprune.admm;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;

/**
 * The positions of a matrix that are kept: those with the largest magnitudes in the whole matrix,
 * in every row, or in every window of a row. On a tie the lower position is removed first.
 */
interface Support {
  /**
   * Creates the support for matrices of one shape.
   *
   * @param byRow whether every row keeps the same number of values
   */
  static Support of(Sparsity target, boolean byRow, int rows, int columns) {
    return target instanceof Sparsity.NOfM || byRow
        ? new LargestInRows(target, columns)
        : new LargestInMatrix(target, rows, columns);
  }

  /**
   * Updates the selection.
   *
   * @param values the matrix; it need not be read if all its rows were observed since the last
   *     selection
   * @throws ArithmeticException if a value is NaN or infinite, naming row and column
   */
  void choose(Matrix values, Workers workers);

  /** Creates a keeper for use by one thread. */
  Keeper keeper();

  /** Applies the selection and observes new values; each thread has its own keeper. */
  interface Keeper {
    /**
     * Applies the selection to a row.
     *
     * @param row the row's index
     * @param values the row's values, unchanged since the selection
     * @param kept receives the values that are kept, and zeros
     * @throws ArithmeticException if a value is NaN or infinite, naming row and column
     */
    void keep(int row, float[] values, float[] kept);

    /** Observes a row's values for the next selection; called once per row, in any order. */
    void watch(float[] values);
  }
}
