package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;

/**
 * Zeroes exactly the smallest magnitudes of a whole matrix; on a tie the lower index, row by row,
 * goes first. Two histograms of 16 and 15 bits find the threshold, a last pass applies it: three
 * reads and one write of the matrix, whatever the count.
 */
final class LowestInMatrix {
  private static final int LOW_BITS = 15;
  private static final int HIGH = 1 << 16;
  private static final int LOW = 1 << LOW_BITS;
  private static final int ROWS_PER_TASK = 32;

  private final Matrix matrix;
  private final Workers workers;
  private final int tasks;

  LowestInMatrix(Matrix matrix, Workers workers) {
    this.matrix = matrix;
    this.workers = workers;
    this.tasks = (matrix.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
  }

  void zero(long count) {
    long[] high = histogram(HIGH, (histogram, key) -> histogram[key >>> LOW_BITS]++);
    if (count == 0) {
      return;
    }
    long rank = count;
    int bin = 0;
    while (high[bin] < rank) {
      rank -= high[bin++];
    }
    int chosen = bin;
    long[] low =
        histogram(
            LOW,
            (histogram, key) -> {
              if (key >>> LOW_BITS == chosen) {
                histogram[key & (LOW - 1)]++;
              }
            });
    int digit = 0;
    while (low[digit] < rank) {
      rank -= low[digit++];
    }
    apply((chosen << LOW_BITS) | digit, rank);
  }

  private interface Counter {
    void count(long[] histogram, int key);
  }

  private long[] histogram(int bins, Counter counter) {
    long[][] byWorker = new long[workers.threads()][bins];
    workers.run(
        tasks,
        (task, worker) -> {
          float[] row = new float[matrix.columns()];
          for (int r = task * ROWS_PER_TASK; r < end(task); r++) {
            matrix.read(r, row);
            for (int j = 0; j < row.length; j++) {
              counter.count(byWorker[worker], key(row[j], r, j));
            }
          }
        });
    long[] total = new long[bins];
    for (long[] histogram : byWorker) {
      for (int b = 0; b < bins; b++) {
        total[b] += histogram[b];
      }
    }
    return total;
  }

  /** Zeroes all below the threshold, then the first {@code ties} that equal it. */
  private void apply(int threshold, long ties) {
    long[] equal = new long[matrix.rows()];
    workers.run(
        tasks,
        (task, worker) -> {
          float[] row = new float[matrix.columns()];
          for (int r = task * ROWS_PER_TASK; r < end(task); r++) {
            matrix.read(r, row);
            for (int j = 0; j < row.length; j++) {
              int key = Float.floatToRawIntBits(row[j]) & Integer.MAX_VALUE;
              if (key < threshold) {
                row[j] = 0f;
              } else if (key == threshold) {
                equal[r]++;
              }
            }
            matrix.write(r, row);
          }
        });
    long left = ties;
    float[] row = new float[matrix.columns()];
    for (int r = 0; left > 0; r++) {
      if (equal[r] == 0) {
        continue;
      }
      matrix.read(r, row);
      for (int j = 0; j < row.length && left > 0; j++) {
        if ((Float.floatToRawIntBits(row[j]) & Integer.MAX_VALUE) == threshold) {
          row[j] = 0f;
          left--;
        }
      }
      matrix.write(r, row);
    }
  }

  private int end(int task) {
    return Math.min((task + 1) * ROWS_PER_TASK, matrix.rows());
  }

  private static int key(float weight, int row, int column) {
    int key = Float.floatToRawIntBits(weight) & Integer.MAX_VALUE;
    if (key >= 0x7f800000) {
      throw new ArithmeticException(
          "the weight in row " + row + ", column " + column + " is " + weight);
    }
    return key;
  }
}
