package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Hessian;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.OutputErrors;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SparseGPT (arXiv 2301.00774, algorithm 1): the columns of a weight are visited from left to
 * right; what a pruned weight would change in the output is made good, as well as one weight can,
 * by those to its right.
 *
 * <p>With {@code U = chol_upper((H + δ mean(diag H) I)⁻¹)} a weight's score is {@code w² / U_jj²}.
 * Of each block of columns the {@code floor(rows · columns · s + 1e-6)} lowest go; with N:M the
 * lowest of each window, when the sweep reaches it. Then {@code e = w / U_jj} of each pruned weight
 * is taken, times {@code U_j,j:}, from the rest of its row.
 */
public final class SparseGpt implements Pruner<FactoredHessian> {
  private static final double DAMPENING = 0.01;
  private static final int COLUMN_BLOCK = 128;

  private final double dampening;
  private final int columnBlock;

  /** With the paper's settings: a dampening of 0.01 and blocks of 128 columns. */
  public SparseGpt() {
    this(DAMPENING, COLUMN_BLOCK);
  }

  private SparseGpt(double dampening, int columnBlock) {
    this.dampening = dampening;
    this.columnBlock = columnBlock;
  }

  /**
   * Sets how much is added to the Hessian's diagonal. If the Hessian is not positive definite then,
   * ten times as much is tried, up to 1; the report says so.
   *
   * @param dampening a share of the mean diagonal, above 0, at most 1; 0.01 unless set
   * @return a new pruner
   * @throws IllegalArgumentException if it is outside
   */
  public SparseGpt withDampening(double dampening) {
    if (!(dampening > 0 && dampening <= 1)) {
      throw new IllegalArgumentException(
          "a dampening of " + dampening + " was given; it must be above 0 and at most 1");
    }
    return new SparseGpt(dampening, columnBlock);
  }

  /**
   * Sets among how many columns the lowest scores are chosen, and after how many the columns to the
   * right are updated.
   *
   * @param columns at least 1; 128 unless set. With N:M it is rounded up to a multiple of M
   * @return a new pruner
   * @throws IllegalArgumentException if it is below 1
   */
  public SparseGpt withColumnBlock(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException(
          "blocks of " + columns + " columns were asked for; 1 or more are needed");
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
  public FactoredHessian observe(int inputs) {
    return new FactoredHessian(inputs, dampening);
  }

  @Override
  public Outcome prune(INDArray weight, FactoredHessian seen, Sparsity target, Workers workers) {
    Matrix w = Matrix.of(weight);
    Hessian hessian = seen.hessian();
    hessian.requireFits(w);
    RowPruning.checkFits(target, w.columns());
    InverseFactor factor = seen.factor(workers);
    int[] dead = hessian.deadInputs(workers);
    try (Matrix dense = w.copy()) {
      Sweep sweep = new Sweep(w, factor.upper(), target, columnBlock, workers);
      sweep.zeroColumns(dead);
      sweep.run();
      OutputErrors errors = new OutputErrors(hessian, dense, workers);
      return new Outcome(
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
              + " was taken");
    }
    if (dead > 0) {
      remarks.add(dead + " inputs were zero in every token; their weights were set to zero");
    }
    return remarks;
  }
}
