package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Magnitude pruning, the baseline: exactly the {@code floor(n · s + 1e-6)} smallest {@code |W|} of
 * the whole matrix go, or the smallest of every N:M window. On a tie the lower index goes first.
 * Weights that stay keep their bits.
 */
public final class Magnitude implements Pruner<InputStatistics.None> {
  private static final int ROWS_PER_TASK = 16;

  /** Makes the pruner. */
  public Magnitude() {}

  @Override
  public String name() {
    return "magnitude";
  }

  @Override
  public boolean needsInputs() {
    return false;
  }

  @Override
  public InputStatistics.None observe(int inputs) {
    return new InputStatistics.None();
  }

  @Override
  public Outcome prune(
      INDArray weight, InputStatistics.None seen, Sparsity target, Workers workers) {
    Matrix w = Matrix.of(weight);
    if (target instanceof Sparsity.NOfM) {
      RowPruning.prune(w, target, Magnitude::score, workers);
    } else {
      long count = Sparsity.zerosAmong((long) w.rows() * w.columns(), target.zeros());
      zeroLowest(w, count, workers);
    }
    return Outcome.NONE;
  }

  private static void zeroLowest(Matrix w, long count, Workers workers) {
    LowestInMatrix.RowScores scores =
        (r, into) -> {
          w.read(r, into);
          score(into, into);
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
            score(row, magnitudes);
            cut.mark(r, magnitudes, goes);
            RowPruning.zero(row, goes);
            w.write(r, row);
          }
        });
  }

  private static void score(float[] weights, float[] scores) {
    for (int j = 0; j < weights.length; j++) {
      scores[j] = Math.abs(weights[j]);
    }
  }
}
