package io.github.owlprune.compress;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes a linear about which the calibration says nothing: no token reached it, or its inputs were
 * zero in every token, as behind a dead MLP. All its scores would be equal, so the lowest
 * magnitudes are removed, and the report says so.
 */
public final class WithoutInputs {
  private WithoutInputs() {}

  /**
   * Removes the lowest magnitudes of the whole matrix, or of every N:M window, as {@link Magnitude}
   * does.
   *
   * @param weight float32 {@code [outputs, inputs]}, changed in place
   * @param seen the statistics of its input
   * @param sparsity the target
   * @param workers the threads to use
   * @return an outcome with a remark
   * @throws ArithmeticException if a weight is NaN or infinite, naming row and column
   */
  public static Outcome pruneMatrix(
      INDArray weight, InputStatistics seen, Sparsity sparsity, Workers workers) {
    Magnitude.magnitude().compress(weight, seen, sparsity, workers);
    return pruned(seen);
  }

  /**
   * Removes the lowest magnitudes of every row, or of every N:M window.
   *
   * @param weight float32 {@code [outputs, inputs]}, changed in place
   * @param seen the statistics of its input
   * @param sparsity the target
   * @param workers the threads to use
   * @return an outcome with a remark
   * @throws ArithmeticException if a weight is NaN or infinite, naming row and column
   */
  public static Outcome pruneRows(
      INDArray weight, InputStatistics seen, Sparsity sparsity, Workers workers) {
    RowPruning.prune(Matrix.of(weight), sparsity, RowPruning::magnitude, workers);
    return pruned(seen);
  }

  private static Outcome pruned(InputStatistics seen) {
    return Outcome.inPlace(
        List.of(), List.of(why(seen) + "; its weights were pruned by magnitude"));
  }

  /** Says why the calibration says nothing. */
  static String why(InputStatistics seen) {
    return seen.rows() == 0
        ? "no calibration token reached it"
        : "its inputs were zero in every calibration token";
  }
}
