package io.github.owlprune.admm;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.ConjugateGradients;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.OutputError;
import io.github.owlprune.compress.OutputErrors;
import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.compress.Target;
import io.github.owlprune.compress.WithoutInputs;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.sparsegpt.SparseGpt;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes a linear as a whole (ALPS, arXiv 2406.07831): among all weights with the requested zeros
 * it searches for those that minimise
 *
 * <pre>{@code tr((Ŵ − W)(H + δ mean(diag H) I)(Ŵ − W)ᵀ)}</pre>
 *
 * with SparseGPT's Hessian H and dampening δ (arXiv 2301.00774, section 3). The alternating
 * direction method of multipliers with a growing penalty chooses the positions (section 3.2); then
 * the weights at those positions are fitted by conjugate gradients (section 3.3).
 *
 * <p>The {@code floor(rows · inputs · s + 1e-6)} lowest of the whole matrix are removed unless
 * {@link #withinRows} is set; with N:M the lowest of each window.
 *
 * <p>Two other choices are fitted as well: the starting point, which is Wanda's, and SparseGPT's.
 * If one of them has a lower output error, it is kept, and the report says so. Their fit ends early
 * once it is clear that it will not be lower.
 *
 * <p>If all inputs of a linear were zero in every token, its lowest magnitudes are removed, and the
 * report says so.
 */
public final class Admm implements Compressor {
  private static final double DAMPENING = 0.001;

  private final double dampening;
  private final boolean byRow;
  private final SparseGpt sparseGpt;

  /** Identifies the eigendecomposition among the values derived from an input's statistics. */
  private record EigenKey(double dampening) {}

  private Admm(double dampening, boolean byRow, SparseGpt sparseGpt) {
    this.dampening = dampening;
    this.byRow = byRow;
    this.sparseGpt = sparseGpt;
  }

  /**
   * Returns the strategy with a dampening of 0.001, a tenth of SparseGPT's: where few inputs have
   * large magnitudes, 1 % of the mean diagonal exceeds the correlations of low-magnitude inputs.
   * Weights are chosen over the whole matrix.
   *
   * @return ADMM
   */
  public static Admm admm() {
    return new Admm(DAMPENING, false, SparseGpt.sparseGpt());
  }

  /**
   * Sets how much is added to the Hessian's diagonal. If the Hessian is still not positive
   * definite, ten times as much is tried, up to 1; the report says so.
   *
   * @param dampening a share of the mean diagonal, above 0, at most 1; 0.001 unless set, and 0.01
   *     for SparseGPT's choice
   * @return a new strategy
   * @throws IllegalArgumentException if it is outside that range
   */
  public Admm withDampening(double dampening) {
    return new Admm(dampening, byRow, sparseGpt.withDampening(dampening));
  }

  /**
   * Chooses within each row: every row loses {@code floor(inputs · s + 1e-6)} weights, as with
   * Wanda. SparseGPT's choice, whose rows differ, is not tried then. Patterns are not affected.
   *
   * @return a new strategy
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
      return byRow
          ? WithoutInputs.pruneRows(weight, seen, sparsity, workers)
          : WithoutInputs.pruneMatrix(weight, seen, sparsity, workers);
    }
    ScaledHessian scaled = scaled(seen, hessian, workers);
    int[] dead = hessian.deadInputs(workers);
    try (Matrix dense = w.copy();
        Matrix other = Matrix.allocate(w.rows(), w.columns())) {
      ConjugateGradients refit =
          new ConjugateGradients(
              hessian.matrix(workers), hessian.liveDiagonal(workers), scaled.dampening());
      OutputErrors errors = new OutputErrors(hessian, dense, workers);
      try (Splitting splitting = new Splitting(w, dead, scaled, sparsity, byRow, workers)) {
        splitting.write(other);
        splitting.run();
        splitting.write(w);
      }
      Candidates candidates = new Candidates(dense, w, refit, errors, workers);
      candidates.offer("Wanda", other);
      if (!byRow || sparsity instanceof Sparsity.NOfM) {
        other.array().assign(dense.array());
        sparseGpt.compress(other.array(), seen, sparsity, workers);
        candidates.offer("SparseGPT", other);
      }
      return Outcome.inPlace(
          List.of(errors.afterMask(w), new OutputError(name(), candidates.lowest())),
          remarks(hessian, scaled, dead.length, candidates));
    }
  }

  private ScaledHessian scaled(InputStatistics seen, Hessian hessian, Workers workers) {
    return seen.derived(
        new EigenKey(dampening),
        ScaledHessian.class,
        () -> ScaledHessian.of(hessian.matrix(workers), hessian.liveDiagonal(workers), dampening));
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
              + " was used");
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
