package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.Arrays;

/** Counts the zeros of a weight. */
final class ZeroCount {
  private static final int ROWS_PER_TASK = 64;

  private ZeroCount() {}

  static long of(Matrix weight, Workers workers) {
    int[] zeros = new int[(weight.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK];
    workers.run(
        zeros.length,
        (task, worker) -> {
          float[] row = new float[weight.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, weight.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            weight.read(r, row);
            for (float w : row) {
              zeros[task] += w == 0 ? 1 : 0;
            }
          }
        });
    return Arrays.stream(zeros).asLongStream().sum();
  }
}
