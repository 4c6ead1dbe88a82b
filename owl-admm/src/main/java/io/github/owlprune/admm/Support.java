package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Sparsity;

/**
 * Which places of a matrix stay: those of the largest magnitudes, over all of it, or in every row,
 * or in every window of a row. On a tie the lower place goes first.
 */
interface Support {
  /**
   * Of matrices of one shape.
   *
   * @param byRow whether every row keeps the same number
   */
  static Support of(Sparsity target, boolean byRow, int rows, int columns) {
    return target instanceof Sparsity.NOfM || byRow
        ? new LargestInRows(target, columns)
        : new LargestInMatrix(target, rows, columns);
  }

  /**
   * Chooses anew.
   *
   * @param values the matrix; if all its rows were shown since the last choice, it need not be read
   * @throws ArithmeticException if a value is NaN or infinite, naming row and column
   */
  void choose(Matrix values, Workers workers);

  /** A keeper for a thread of its own. */
  Keeper keeper();

  /** Reads and follows the choice; each thread has its own. */
  interface Keeper {
    /**
     * Applies the choice.
     *
     * @param row the row's index
     * @param values the row's values, as they were when the choice was made
     * @param kept takes those that stay, and zeros
     * @throws ArithmeticException if a value is NaN or infinite, naming row and column
     */
    void keep(int row, float[] values, float[] kept);

    /** Is shown a row as it will be when the next choice is made; each row once, in any order. */
    void watch(float[] values);
  }
}
