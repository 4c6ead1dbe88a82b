package io.github.owlprune.pruning;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lets another pruner choose, then fits the weights that stay so that the output changes least:
 * every row w of the weight, dense row w₀, minimises
 *
 * <pre>{@code (w − w₀) (H + δ mean(diag H) I) (w − w₀)ᵀ}</pre>
 *
 * over its kept places, with SparseGPT's Hessian H and dampening δ (arXiv 2301.00774, section 3).
 * Solved by conjugate gradients with the diagonal as preconditioner, all rows at once, a product
 * with H a step; the objective never rises, and rows stop when they gain nothing. A weight that is
 * zero counts as pruned.
 *
 * @param <S> what the other pruner needs to know about inputs
 */
public final class Refit<S extends InputStatistics> implements Pruner<Refit.Seen<S>> {
  private static final double DAMPENING = 0.01;
  private static final int STEPS = 15;

  private final Pruner<S> pruner;
  private final double dampening;
  private final int steps;

  /**
   * Around a pruner, with SparseGPT's dampening of 0.01 and at most 15 steps.
   *
   * @param pruner chooses the weights that go
   */
  public Refit(Pruner<S> pruner) {
    this(pruner, DAMPENING, STEPS);
  }

  private Refit(Pruner<S> pruner, double dampening, int steps) {
    this.pruner = pruner;
    this.dampening = dampening;
    this.steps = steps;
  }

  /**
   * Sets how much is added to the Hessian's diagonal.
   *
   * @param dampening a share of the mean diagonal, above 0, at most 1; 0.01 unless set
   * @return a new pruner
   * @throws IllegalArgumentException if it is outside
   */
  public Refit<S> withDampening(double dampening) {
    if (!(dampening > 0 && dampening <= 1)) {
      throw new IllegalArgumentException(
          "a dampening of " + dampening + " was given; it must be above 0 and at most 1");
    }
    return new Refit<>(pruner, dampening, steps);
  }

  /**
   * Sets how many steps are made at most.
   *
   * @param steps at least 1; 15 unless set
   * @return a new pruner
   * @throws IllegalArgumentException if it is below 1
   */
  public Refit<S> withSteps(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          steps + " steps of re-fitting were asked for; 1 or more are needed");
    }
    return new Refit<>(pruner, dampening, steps);
  }

  /** The other pruner's statistics, and the Hessian unless it is among them. */
  public static final class Seen<S extends InputStatistics> implements WithHessian {
    private final S others;
    private final Hessian hessian;

    private Seen(S others, int inputs) {
      this.others = others;
      this.hessian = others instanceof WithHessian with ? with.hessian() : new Hessian(inputs);
    }

    @Override
    public void add(INDArray rows, Workers workers) {
      others.add(rows, workers);
      if (!(others instanceof WithHessian)) {
        hessian.add(rows, workers);
      }
    }

    @Override
    public Hessian hessian() {
      return hessian;
    }

    @Override
    public void close() {
      others.close();
      if (!(others instanceof WithHessian)) {
        hessian.close();
      }
    }
  }

  @Override
  public String name() {
    return pruner.name() + "+refit";
  }

  @Override
  public String settings() {
    return pruner.settings() + "+refit, dampening " + dampening + ", " + steps + " steps";
  }

  @Override
  public Seen<S> observe(int inputs) {
    return new Seen<>(pruner.observe(inputs), inputs);
  }

  @Override
  public Outcome prune(INDArray weight, Seen<S> seen, Sparsity target, Workers workers) {
    Matrix w = Matrix.of(weight);
    seen.hessian.requireFits(w);
    double[] diagonal = seen.hessian.liveDiagonal(workers);
    try (Matrix dense = w.copy()) {
      Outcome chosen = pruner.prune(weight, seen.others, target, workers);
      OutputErrors errors = new OutputErrors(seen.hessian, dense, workers);
      List<OutputError> steps = new ArrayList<>(chosen.outputErrors());
      if (steps.isEmpty()) {
        steps.add(errors.afterMask(w));
      }
      new ConjugateGradients(seen.hessian.matrix(workers), diagonal, dampening)
          .fit(dense, w, this.steps, workers);
      steps.add(errors.after("refit", w));
      Set<String> remarks = new LinkedHashSet<>(chosen.remarks());
      remarks.addAll(seen.hessian.remarks());
      return new Outcome(steps, List.copyOf(remarks));
    }
  }
}
