package io.github.owlprune.sparsegpt;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.OutputErrors;
import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.compress.Target;
import io.github.owlprune.compress.WithoutInputs;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SparseGPT (arXiv 2301.00774, algorithm 1): visits the columns of a weight from left to right, and
 * compensates the output error of each pruned weight by updating the weights to its right.
 *
 * <p>With {@code U = chol_upper((H + δ mean(diag H) I)⁻¹)} a weight's score is {@code w² / U_jj²}.
 * Of each block of columns the {@code floor(rows · columns · s + 1e-6)} lowest are removed; with
 * N:M the lowest of each window, when the sweep reaches it. Then {@code e = w / U_jj} of each
 * pruned weight, times {@code U_j,j:}, is subtracted from the rest of its row.
 *
 * <p>The weights of an input that was zero in every token are set to zero, as in the authors'
 * program. If that holds for all inputs of a linear, its lowest magnitudes are removed instead, and
 * the report says so.
 */
public final class SparseGpt implements Compressor {
  private static final double DAMPENING = 0.01;
  private static final int COLUMN_BLOCK = 128;

  private final double dampening;
  private final int columnBlock;

  /** Identifies the factor among the values derived from an input's statistics. */
  private record FactorKey(double dampening) {}

  private SparseGpt(double dampening, int columnBlock) {
    this.dampening = dampening;
    this.columnBlock = columnBlock;
  }

  /**
   * Returns the strategy with the paper's settings: a dampening of 0.01 and blocks of 128 columns.
   *
   * @return SparseGPT
   */
  public static SparseGpt sparseGpt() {
    return new SparseGpt(DAMPENING, COLUMN_BLOCK);
  }

  /**
   * Sets how much is added to the Hessian's diagonal. If the Hessian is still not positive
   * definite, ten times as much is tried, up to 1; the report says so.
   *
   * @param dampening a share of the mean diagonal, above 0, at most 1; 0.01 unless set
   * @return a new strategy
   * @throws IllegalArgumentException if it is outside that range
   */
  public SparseGpt withDampening(double dampening) {
    if (!(dampening > 0 && dampening <= 1)) {
      throw new IllegalArgumentException(
          "a dampening of " + dampening + " was given; it must be above 0 and at most 1");
    }
    return new SparseGpt(dampening, columnBlock);
  }

  /**
   * Sets the number of columns among which the lowest scores are chosen, and after which the
   * columns to the right are updated.
   *
   * @param columns at least 1; 128 unless set. With N:M it is rounded up to a multiple of M
   * @return a new strategy
   * @throws IllegalArgumentException if it is below 1
   */
  public SparseGpt withColumnBlock(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException(
          "blocks of " + columns + " columns were requested; at least 1 is needed");
    }
    return new SparseGpt(dampening, columns);
  }

  @Override
  public String name() {
    return "sparsegpt";
  }

  @Override
  public String settings() {
    return name() + ", dampening " + dampening + ", blocks of " + columnBlock + " columns";
  }

  @Override
  public Set<StatisticKind<?>> statistics() {
    return Set.of(Hessian.KIND);
  }

  @Override
  public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
    Sparsity sparsity = target.requireSparsity(name());
    Matrix w = Matrix.of(weight);
    Hessian hessian = seen.get(Hessian.KIND);
    hessian.requireFits(w);
    RowPruning.checkFits(sparsity, w.columns());
    if (hessian.isZero(workers)) {
      return WithoutInputs.pruneMatrix(weight, seen, sparsity, workers);
    }
    InverseFactor factor =
        seen.derived(
            new FactorKey(dampening),
            InverseFactor.class,
            () ->
                InverseFactor.of(
                    hessian.matrix(workers), hessian.liveDiagonal(workers), dampening, workers));
    int[] dead = hessian.deadInputs(workers);
    try (Matrix dense = w.copy()) {
      Sweep sweep = new Sweep(w, factor.upper(), sparsity, columnBlock, workers);
      sweep.zeroColumns(dead);
      sweep.run();
      OutputErrors errors = new OutputErrors(hessian, dense, workers);
      return Outcome.inPlace(
          List.of(errors.afterMask(w), errors.after(name(), w)),
          remarks(hessian, factor, dead.length));
    }
  }

  private List<String> remarks(Hessian hessian, InverseFactor factor, int dead) {
    List<String> remarks = new ArrayList<>(hessian.remarks());
    if (factor.dampening() > dampening) {
      remarks.add(
          "the Hessian was not positive definite with a dampening of "
              + dampening
              + "; "
              + factor.dampening()
              + " was used");
    }
    if (dead > 0) {
      remarks.add(dead + " inputs were zero in every token; their weights were set to zero");
    }
    return remarks;
  }
}
