package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.LowestInMatrix;
import io.github.owlprune.pruning.LowestInRow;
import io.github.owlprune.pruning.Sparsity;

/**
 * Keeps the largest magnitudes of a matrix: over all of it, or in every row, or in every window of
 * a row. On a tie the lower place goes first.
 */
final class Support {
  private static final int ROWS_PER_TASK = 32;

  private final Sparsity target;
  private final boolean byRow;
  private final Workers workers;
  private final Matrix largest;
  private final boolean[][] stayed;

  /**
   * Of matrices of one shape.
   *
   * @param byRow whether every row keeps the same number
   * @param largest takes what is kept, and zeros
   */
  Support(Sparsity target, boolean byRow, Matrix largest, Workers workers) {
    this.target = target;
    this.byRow = byRow;
    this.largest = largest;
    this.workers = workers;
    this.stayed = new boolean[largest.rows()][largest.columns()];
  }

  /**
   * Chooses.
   *
   * @param values of the shape of {@code largest}
   * @throws ArithmeticException if a value is NaN or infinite, naming row and column
   */
  void choose(Matrix values) {
    if (target instanceof Sparsity.NOfM || byRow) {
      keep(values, this::markRow);
    } else {
      LowestInMatrix.Cut cut = lowestOfAll(values);
      keep(values, (r, scores, lowest, goes) -> cut.mark(r, scores, goes));
    }
  }

  private LowestInMatrix.Cut lowestOfAll(Matrix values) {
    LowestInMatrix.RowScores scores =
        (r, into) -> {
          values.read(r, into);
          magnitudes(into, into);
        };
    long count = Sparsity.zerosAmong((long) values.rows() * values.columns(), target.zeros());
    return new LowestInMatrix(values.rows(), values.columns(), scores, workers).lowest(count);
  }

  private void markRow(int r, float[] scores, LowestInRow lowest, boolean[] goes) {
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

  /** Says which scores of a row go. */
  private interface Marking {
    void mark(int row, float[] scores, LowestInRow lowest, boolean[] goes);
  }

  private void keep(Matrix values, Marking marking) {
    int columns = values.columns();
    workers.run(
        tasks(),
        (task, worker) -> {
          float[] row = new float[columns];
          float[] scores = new float[columns];
          boolean[] goes = new boolean[columns];
          LowestInRow lowest = new LowestInRow(columns);
          for (int r = task * ROWS_PER_TASK; r < end(task); r++) {
            values.read(r, row);
            magnitudes(row, scores);
            marking.mark(r, scores, lowest, goes);
            for (int j = 0; j < columns; j++) {
              row[j] = goes[j] ? 0f : row[j];
            }
            largest.write(r, row);
          }
        });
  }

  /**
   * How many places came or went since the last call, or since none was kept; zeros count as not
   * kept.
   */
  long changes() {
    int[] changes = new int[tasks()];
    workers.run(
        changes.length,
        (task, worker) -> {
          float[] row = new float[largest.columns()];
          for (int r = task * ROWS_PER_TASK; r < end(task); r++) {
            largest.read(r, row);
            changes[task] += changes(row, stayed[r]);
          }
        });
    long sum = 0;
    for (int c : changes) {
      sum += c;
    }
    return sum;
  }

  private static int changes(float[] row, boolean[] stayed) {
    int changes = 0;
    for (int j = 0; j < row.length; j++) {
      boolean stays = row[j] != 0;
      changes += stays == stayed[j] ? 0 : 1;
      stayed[j] = stays;
    }
    return changes;
  }

  private int tasks() {
    return (stayed.length + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
  }

  private int end(int task) {
    return Math.min((task + 1) * ROWS_PER_TASK, stayed.length);
  }

  private static void magnitudes(float[] values, float[] into) {
    for (int j = 0; j < values.length; j++) {
      into[j] = Math.abs(values[j]);
    }
  }
}
