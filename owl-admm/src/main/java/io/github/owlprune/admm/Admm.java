package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ConjugateGradients;
import io.github.owlprune.pruning.Hessian;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.OutputError;
import io.github.owlprune.pruning.OutputErrors;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import io.github.owlprune.sparsegpt.SparseGpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes a linear as a whole (ALPS, arXiv 2406.07831): of all weights with the zeros asked for, it
 * looks for those that minimise
 *
 * <pre>{@code tr((Ŵ − W)(H + δ mean(diag H) I)(Ŵ − W)ᵀ)}</pre>
 *
 * with SparseGPT's Hessian H and dampening δ (arXiv 2301.00774, section 3). The alternating
 * direction method of multipliers with a growing penalty chooses the places (section 3.2); then the
 * weights there are fitted by conjugate gradients (section 3.3).
 *
 * <p>The {@code floor(rows · inputs · s + 1e-6)} lowest of the whole matrix go unless told
 * otherwise; with N:M the lowest of each window.
 *
 * <p>Two other choices are fitted as well, the one the method sets out from, which is by Wanda's
 * scores, and SparseGPT's: if the output's error is lower with one of them, it is kept, and the
 * report says so. Their fit ends early once it shows that it will not be.
 */
public final class Admm implements Pruner<DecomposedHessian> {
  private static final double DAMPENING = 0.001;

  private final double dampening;
  private final boolean byRow;
  private final SparseGpt sparseGpt;

  /**
   * With a dampening of 0.001, a tenth of SparseGPT's: where few inputs are loud, a hundredth of
   * the mean diagonal is more than what the quiet ones know of each other. Weights are chosen over
   * the whole matrix.
   */
  public Admm() {
    this(DAMPENING, false, new SparseGpt());
  }

  private Admm(double dampening, boolean byRow, SparseGpt sparseGpt) {
    this.dampening = dampening;
    this.byRow = byRow;
    this.sparseGpt = sparseGpt;
  }

  /**
   * Sets how much is added to the Hessian's diagonal. If the Hessian is not positive definite then,
   * ten times as much is tried, up to 1; the report says so.
   *
   * @param dampening a share of the mean diagonal, above 0, at most 1; 0.001 unless set, and 0.01
   *     where SparseGPT chooses
   * @return a new pruner
   * @throws IllegalArgumentException if it is outside
   */
  public Admm withDampening(double dampening) {
    return new Admm(dampening, byRow, sparseGpt.withDampening(dampening));
  }

  /**
   * Chooses in each row: every row loses {@code floor(inputs · s + 1e-6)} weights, as with Wanda.
   * SparseGPT's choice, which has no such rows, is not looked at then. Patterns are not affected.
   *
   * @return a new pruner
   */
  public Admm withinRows() {
    return new Admm(dampening, true, sparseGpt);
  }

  @Override
  public String name() {
    return "admm";
  }

  @Override
  public String settings() {
    return name()
        + ", dampening "
        + dampening
        + (byRow ? ", within rows" : "")
        + ", beside "
        + sparseGpt.settings();
  }

  @Override
  public DecomposedHessian observe(int inputs) {
    return new DecomposedHessian(sparseGpt.observe(inputs), dampening);
  }

  @Override
  public Outcome prune(INDArray weight, DecomposedHessian seen, Sparsity target, Workers workers) {
    Matrix w = Matrix.of(weight);
    Hessian hessian = seen.hessian();
    hessian.requireFits(w);
    RowPruning.checkFits(target, w.columns());
    ScaledHessian scaled = seen.scaled(workers);
    int[] dead = hessian.deadInputs(workers);
    try (Matrix dense = w.copy();
        Matrix other = Matrix.allocate(w.rows(), w.columns())) {
      ConjugateGradients refit =
          new ConjugateGradients(
              hessian.matrix(workers), hessian.liveDiagonal(workers), scaled.dampening());
      OutputErrors errors = new OutputErrors(hessian, dense, workers);
      try (Splitting splitting = new Splitting(w, dead, scaled, target, byRow, workers)) {
        splitting.write(other);
        splitting.run();
        splitting.write(w);
      }
      Candidates candidates = new Candidates(dense, w, refit, errors, workers);
      candidates.offer("Wanda", other);
      if (!byRow || target instanceof Sparsity.NOfM) {
        other.array().assign(dense.array());
        sparseGpt.prune(other.array(), seen.factored(), target, workers);
        candidates.offer("SparseGPT", other);
      }
      return new Outcome(
          List.of(errors.afterMask(w), new OutputError(name(), candidates.lowest())),
          remarks(hessian, scaled, dead.length, candidates));
    }
  }

  private List<String> remarks(
      Hessian hessian, ScaledHessian scaled, int dead, Candidates candidates) {
    List<String> remarks = new ArrayList<>(hessian.remarks());
    if (scaled.dampening() > dampening) {
      remarks.add(
          "the Hessian was not positive definite with a dampening of "
              + dampening
              + "; "
              + scaled.dampening()
              + " was taken");
    }
    if (dead > 0) {
      remarks.add(dead + " inputs were zero in every token; their weights were set to zero");
    }
    if (candidates.lowest() < candidates.first()) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "the weights that %s chooses, re-fitted, were kept: an output error of %.4g, and %.4g"
                  + " with those that ADMM chose",
              candidates.by(),
              candidates.lowest(),
              candidates.first()));
    }
    return remarks;
  }
}
