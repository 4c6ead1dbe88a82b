package io.github.owlprune.compress;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Re-fits the weights that another strategy keeps, so that the output changes least: every row w of
 * the weight, dense row w₀, minimises
 *
 * <pre>{@code (w − w₀) (H + δ mean(diag H) I) (w − w₀)ᵀ}</pre>
 *
 * over its kept positions, with SparseGPT's Hessian H and dampening δ (arXiv 2301.00774, section
 * 3). Solved by conjugate gradients with the diagonal as preconditioner, all rows at once, one
 * product with H for each step. The objective never rises, and rows stop when they no longer gain.
 * A weight that is zero counts as pruned.
 */
public final class Refit implements Compressor {
  private static final double DAMPENING = 0.01;
  private static final int STEPS = 15;

  private final Compressor selector;
  private final double dampening;
  private final int steps;

  private Refit(Compressor selector, double dampening, int steps) {
    this.selector = selector;
    this.dampening = dampening;
    this.steps = steps;
  }

  /**
   * Re-fits after a strategy, with SparseGPT's dampening of 0.01 and at most 15 steps.
   *
   * @param selector chooses the weights to remove
   * @return a strategy of two steps
   */
  public static Refit refit(Compressor selector) {
    return new Refit(selector, DAMPENING, STEPS);
  }

  /**
   * Sets how much is added to the Hessian's diagonal.
   *
   * @param dampening a share of the mean diagonal, above 0, at most 1; 0.01 unless set
   * @return a new strategy
   * @throws IllegalArgumentException if it is outside that range
   */
  public Refit withDampening(double dampening) {
    if (!(dampening > 0 && dampening <= 1)) {
      throw new IllegalArgumentException(
          "a dampening of " + dampening + " was given; it must be above 0 and at most 1");
    }
    return new Refit(selector, dampening, steps);
  }

  /**
   * Sets the maximum number of steps.
   *
   * @param steps at least 1; 15 unless set
   * @return a new strategy
   * @throws IllegalArgumentException if it is below 1
   */
  public Refit withSteps(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          steps + " re-fitting steps were requested; at least 1 is needed");
    }
    return new Refit(selector, dampening, steps);
  }

  @Override
  public String name() {
    return selector.name() + "+refit";
  }

  @Override
  public String settings() {
    return selector.settings() + "+refit, dampening " + dampening + ", " + steps + " steps";
  }

  @Override
  public Set<StatisticKind<?>> statistics() {
    Set<StatisticKind<?>> kinds = new LinkedHashSet<>(selector.statistics());
    kinds.add(Hessian.KIND);
    return kinds;
  }

  @Override
  public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
    Matrix w = Matrix.of(weight);
    Hessian hessian = seen.get(Hessian.KIND);
    hessian.requireFits(w);
    if (hessian.isZero(workers)) {
      Outcome selected = selected(weight, seen, target, workers);
      Set<String> remarks = new LinkedHashSet<>(selected.remarks());
      remarks.add(WithoutInputs.why(seen) + "; its weights were not re-fitted");
      return Outcome.inPlace(selected.outputErrors(), List.copyOf(remarks));
    }
    double[] diagonal = hessian.liveDiagonal(workers);
    try (Matrix dense = w.copy()) {
      Outcome selected = selected(weight, seen, target, workers);
      OutputErrors errors = new OutputErrors(hessian, dense, workers);
      List<OutputError> afterSteps = new ArrayList<>(selected.outputErrors());
      if (afterSteps.isEmpty()) {
        afterSteps.add(errors.afterMask(w));
      }
      new ConjugateGradients(hessian.matrix(workers), diagonal, dampening)
          .fit(dense, w, steps, workers);
      afterSteps.add(errors.after("refit", w));
      Set<String> remarks = new LinkedHashSet<>(selected.remarks());
      remarks.addAll(hessian.remarks());
      return Outcome.inPlace(afterSteps, List.copyOf(remarks));
    }
  }

  private Outcome selected(INDArray weight, InputStatistics seen, Target target, Workers workers) {
    Outcome selected = selector.compress(weight, seen, target, workers);
    if (selected.replacement() != null) {
      throw new IllegalArgumentException(
          selector.name() + " gives a linear another form; re-fit a strategy that sets zeros");
    }
    return selected;
  }
}
