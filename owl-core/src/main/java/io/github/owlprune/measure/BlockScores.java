package io.github.owlprune.measure;

import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The scores of one open block, {@code A_ij = |W_ij| · ‖x_j‖₂} (arXiv 2310.05175, section 3.1),
 * computed row by row on demand and never stored.
 */
public final class BlockScores {
  private static final int ROWS_PER_TASK = 32;

  private final BlockWeights weights;
  private final Map<LinearRef, float[]> norms;

  /**
   * Combines weights and norms.
   *
   * @param weights the block's weights
   * @param norms the column norms of the input of each of its selected linears
   */
  public BlockScores(BlockWeights weights, Map<LinearRef, float[]> norms) {
    this.weights = weights;
    this.norms = norms;
  }

  /**
   * Returns the weights.
   *
   * @return the block's weights
   */
  public BlockWeights weights() {
    return weights;
  }

  /**
   * Returns the linears.
   *
   * @return the selected linears, at least one
   */
  public List<Linear> linears() {
    return weights.linears();
  }

  /**
   * Returns the column norms of a linear's input.
   *
   * @param linear one of the linears
   * @return {@code ‖x_j‖₂} for each input j; not to be changed
   */
  public float[] norms(Linear linear) {
    return Objects.requireNonNull(norms.get(weights.ref(linear)));
  }

  /**
   * Returns the number of threads that {@link #forEachRow} uses.
   *
   * @return at least 1
   */
  public int threads() {
    return weights.workers().threads();
  }

  /** Receives rows of scores. */
  @FunctionalInterface
  public interface RowVisitor {
    /**
     * Receives a row; called on several threads at once.
     *
     * @param worker the thread's number, below {@link BlockScores#threads}
     * @param row the row's index
     * @param scores the scores of the row, valid during the call
     */
    void visit(int worker, int row, float[] scores);
  }

  /**
   * Computes the scores of every row of a linear once, on all threads.
   *
   * @param linear one of the linears
   * @param visitor receives the rows, in any order
   */
  public void forEachRow(Linear linear, RowVisitor visitor) {
    Matrix weight = weights.weight(linear);
    RowPruning.RowScore score = RowPruning.byNorms(norms(linear));
    Workers workers = weights.workers();
    workers.run(
        (weight.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (task, worker) -> {
          float[] row = new float[weight.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, weight.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            weight.read(r, row);
            score.score(row, row);
            visitor.visit(worker, r, row);
          }
        });
  }
}
