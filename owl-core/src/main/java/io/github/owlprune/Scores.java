package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.RowPruning;
import java.util.List;

/**
 * The scores of one open block, {@code A_ij = |W_ij| · ‖x_j‖₂} (arXiv 2310.05175, section 3.1),
 * made row by row where they are looked at and never kept.
 */
final class Scores {
  private static final int ROWS_PER_TASK = 32;

  private final Block block;
  private final List<Linear> linears;
  private final List<Matrix> weights;
  private final List<float[]> norms;
  private final Workers workers;

  /**
   * Looks at an open block.
   *
   * @param norms the column norms of each linear's input, in the linears' order
   */
  Scores(Block block, OpenBlock open, List<Linear> linears, List<float[]> norms, Workers workers) {
    this.block = block;
    this.linears = linears;
    this.workers = workers;
    this.weights = linears.stream().map(l -> Matrix.of(open.weight(l))).toList();
    this.norms = norms;
  }

  Block block() {
    return block;
  }

  List<Linear> linears() {
    return linears;
  }

  List<float[]> norms() {
    return norms;
  }

  int threads() {
    return workers.threads();
  }

  int rows(int linear) {
    return weights.get(linear).rows();
  }

  interface RowOfScores {
    void see(int worker, int row, float[] scores);
  }

  /** Shows every row of a linear's scores; on several threads, each row once. */
  void eachRow(int linear, RowOfScores visitor) {
    Matrix weight = weights.get(linear);
    RowPruning.RowScore score = RowPruning.byNorms(norms.get(linear));
    workers.run(
        (weight.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (task, worker) -> {
          float[] row = new float[weight.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, weight.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            weight.read(r, row);
            score.score(row, row);
            visitor.see(worker, r, row);
          }
        });
  }
}
