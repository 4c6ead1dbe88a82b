package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;

/**
 * Prunes a weight row by row by a score: every row loses the same number of weights, or every
 * window of a row does.
 */
public final class RowPruning {
  private static final int ROWS_PER_TASK = 16;

  private RowPruning() {}

  /** Gives the weights of a row their scores. */
  @FunctionalInterface
  public interface RowScore {
    /**
     * Scores a row.
     *
     * @param weights the row
     * @param scores takes as many scores, may be {@code weights}; finite and at least 0 if the
     *     weights are sound
     */
    void score(float[] weights, float[] scores);
  }

  /**
   * Wanda's score, {@code |W_ij| · ‖x_j‖₂} (arXiv 2306.11695, equation 1).
   *
   * @param norms the norm of each input column
   * @return the score, for rows as long as {@code norms}
   */
  public static RowScore byNorms(float[] norms) {
    return (row, scores) -> {
      for (int j = 0; j < norms.length; j++) {
        scores[j] = Math.abs(row[j]) * norms[j];
      }
    };
  }

  /**
   * Zeroes the lowest scores of every row.
   *
   * @param weight changed in place; weights that stay keep their bits
   * @param target a share of each row, or a pattern
   * @param score called on several threads at once
   * @param workers the threads to use
   * @throws ArithmeticException if a score is NaN or infinite, naming row and column
   * @throws IllegalArgumentException if a pattern's width does not divide the row's
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

  /** Makes the marked weights +0.0. */
  static void zero(float[] weights, boolean[] goes) {
    for (int j = 0; j < weights.length; j++) {
      weights[j] = goes[j] ? 0f : weights[j];
    }
  }

  /**
   * Refuses a pattern that a linear of this width cannot have.
   *
   * @param target any target
   * @param inputs the linear's width
   * @throws IllegalArgumentException if the pattern's width does not divide {@code inputs}
   */
  public static void checkFits(Sparsity target, int inputs) {
    if (target instanceof Sparsity.NOfM pattern && inputs % pattern.of() != 0) {
      throw new IllegalArgumentException(
          "the pattern "
              + pattern
              + " does not divide a row of "
              + inputs
              + " weights; choose a window width that does");
    }
  }
}
