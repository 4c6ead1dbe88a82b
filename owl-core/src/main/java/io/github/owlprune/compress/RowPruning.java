package io.github.owlprune.compress;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;

/**
 * Prunes a weight row by row according to a score: the same number of weights is removed from every
 * row, or from every window of a row.
 */
public final class RowPruning {
  private static final int ROWS_PER_TASK = 16;

  private RowPruning() {}

  /** Computes the scores of a row's weights. */
  @FunctionalInterface
  public interface RowScore {
    /**
     * Scores a row.
     *
     * @param weights the row
     * @param scores receives one score per weight and may be the same array as {@code weights};
     *     scores must be finite and at least 0 if the weights are finite
     */
    void score(float[] weights, float[] scores);
  }

  /**
   * Returns Wanda's score, {@code |W_ij| · ‖x_j‖₂} (arXiv 2306.11695, equation 1).
   *
   * @param norms the norm of each input column
   * @return the score, for rows of the same length as {@code norms}
   */
  public static RowScore byNorms(float[] norms) {
    return (row, scores) -> {
      for (int j = 0; j < norms.length; j++) {
        scores[j] = Math.abs(row[j]) * norms[j];
      }
    };
  }

  /**
   * Returns {@link #byNorms}, or the magnitude alone if every norm is zero, since all scores would
   * be equal then.
   *
   * @param norms the norm of each input column
   * @return the score, for rows of the same length as {@code norms}
   */
  public static RowScore ranking(float[] norms) {
    return areZero(norms) ? RowPruning::magnitude : byNorms(norms);
  }

  /**
   * Returns whether an input was zero in every calibration token, or no token reached it.
   *
   * @param norms the norm of each input column
   * @return true if all are zero
   */
  public static boolean areZero(float[] norms) {
    for (float norm : norms) {
      if (norm != 0) {
        return false;
      }
    }
    return true;
  }

  /** Scores a row by magnitude. */
  static void magnitude(float[] weights, float[] scores) {
    for (int j = 0; j < weights.length; j++) {
      scores[j] = Math.abs(weights[j]);
    }
  }

  /**
   * Zeroes the lowest scores of every row.
   *
   * @param weight modified in place; weights that are kept are bitwise unchanged
   * @param target a fraction of each row, or a pattern
   * @param score called from several threads concurrently
   * @param workers the threads to use
   * @throws ArithmeticException if a score is NaN or infinite, naming row and column
   * @throws IllegalArgumentException if a pattern's width does not divide the row's length
   */
  public static void prune(Matrix weight, Sparsity target, RowScore score, Workers workers) {
    checkFits(target, weight.columns());
    int tasks = (weight.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    workers.run(
        tasks,
        (task, worker) -> {
          LowestInRow lowest = new LowestInRow(weight.columns());
          float[] row = new float[weight.columns()];
          float[] scores = new float[weight.columns()];
          boolean[] goes = new boolean[weight.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, weight.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            weight.read(r, row);
            score.score(row, scores);
            mark(lowest, scores, target, r, goes);
            zero(row, goes);
            weight.write(r, row);
          }
        });
  }

  private static void mark(
      LowestInRow lowest, float[] scores, Sparsity target, int r, boolean[] goes) {
    try {
      if (target instanceof Sparsity.NOfM pattern) {
        lowest.mark(scores, pattern, goes);
      } else {
        lowest.mark(scores, (int) Sparsity.zerosAmong(scores.length, target.zeros()), goes);
      }
    } catch (ArithmeticException e) {
      throw new ArithmeticException("row " + r + ": " + e.getMessage());
    }
  }

  /** Sets the marked weights to +0.0. */
  static void zero(float[] weights, boolean[] goes) {
    for (int j = 0; j < weights.length; j++) {
      weights[j] = goes[j] ? 0f : weights[j];
    }
  }

  /**
   * Rejects a pattern that does not fit the width of a linear.
   *
   * @param target any target
   * @param inputs the linear's number of inputs
   * @throws IllegalArgumentException if the pattern's width does not divide {@code inputs}
   */
  public static void checkFits(Sparsity target, int inputs) {
    if (target instanceof Sparsity.NOfM pattern && inputs % pattern.of() != 0) {
      throw new IllegalArgumentException(
          "the window of the pattern "
              + pattern
              + " does not divide a row of "
              + inputs
              + " weights; choose a width that does");
    }
  }
}
