package io.github.owlprune.compress;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Magnitude pruning, the baseline: removes exactly the {@code floor(n · s + 1e-6)} smallest {@code
 * |W|} of the whole matrix, or the smallest of every N:M window. On a tie the lower index is
 * removed first. Kept weights keep their bits.
 */
public final class Magnitude implements Compressor {
  private static final int ROWS_PER_TASK = 16;

  private Magnitude() {}

  /**
   * Returns the strategy.
   *
   * @return magnitude pruning
   */
  public static Magnitude magnitude() {
    return new Magnitude();
  }

  @Override
  public String name() {
    return "magnitude";
  }

  @Override
  public Set<StatisticKind<?>> statistics() {
    return Set.of();
  }

  @Override
  public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
    Sparsity sparsity = target.requireSparsity(name());
    Matrix w = Matrix.of(weight);
    if (sparsity instanceof Sparsity.NOfM) {
      RowPruning.prune(w, sparsity, RowPruning::magnitude, workers);
    } else {
      long count = Sparsity.zerosAmong((long) w.rows() * w.columns(), sparsity.zeros());
      zeroLowest(w, count, workers);
    }
    return Outcome.IN_PLACE;
  }

  private static void zeroLowest(Matrix w, long count, Workers workers) {
    LowestInMatrix.RowScores scores =
        (r, into) -> {
          w.read(r, into);
          RowPruning.magnitude(into, into);
        };
    LowestInMatrix.Cut cut =
        new LowestInMatrix(w.rows(), w.columns(), scores, workers).lowest(count);
    workers.run(
        (w.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (task, worker) -> {
          float[] row = new float[w.columns()];
          float[] magnitudes = new float[w.columns()];
          boolean[] goes = new boolean[w.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, w.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            w.read(r, row);
            RowPruning.magnitude(row, magnitudes);
            cut.mark(r, magnitudes, goes);
            RowPruning.zero(row, goes);
            w.write(r, row);
          }
        });
  }
}
