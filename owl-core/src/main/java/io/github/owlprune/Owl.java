package io.github.owlprune;

import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import java.util.Objects;

/**
 * The way in.
 *
 * <pre>{@code
 * Report report = Owl.allocate(model, calibration)
 *     .withSparsity(0.7)
 *     .withLambda(0.08)
 *     .prune(new Wanda());
 * }</pre>
 *
 * <p>Nothing runs before {@code plan} or {@code prune}; every setting is checked where it is given.
 * A run can be cancelled by interrupting its thread: it ends with a {@link
 * java.util.concurrent.CancellationException}, and the model must be opened again.
 */
public final class Owl {
  private Owl() {}

  /**
   * Begins an allocation that may look at activations.
   *
   * @param model the dense model
   * @param calibration what to run through it
   * @return a stage with the paper's settings: S = 0.7, λ = 0.08, M = 5
   */
  public static Allocation allocate(Model model, Calibration calibration) {
    return new Allocation(Objects.requireNonNull(model), Objects.requireNonNull(calibration));
  }

  /**
   * Begins an allocation without calibration: enough for the uniform allocator with a pruner that
   * looks at weights alone.
   *
   * @param model the dense model
   * @return a stage that refuses whatever needs activations
   */
  public static Allocation allocate(Model model) {
    return new Allocation(Objects.requireNonNull(model), null);
  }

  /**
   * Begins a search for the allocation that suits a model best.
   *
   * @param model the dense model
   * @param calibration what to run through it; at least 2 sequences, better 8 or more
   * @return a stage with S = 0.7, λ = 0.08, M = 3, 5, 7 and 10, and 40 candidates
   */
  public static Tuning tune(LossModel model, Calibration calibration) {
    return new Tuning(
        Objects.requireNonNull(model),
        Objects.requireNonNull(calibration),
        TuningSettings.DEFAULT,
        Execution.DEFAULT);
  }

  /**
   * Begins an analysis: outlier ratios of the dense model and, if asked for, after prunings that
   * are tried and not kept.
   *
   * @param model the dense model; it stays as it is
   * @param calibration what to run through it
   * @return a stage with the thresholds M = 3, 5, 7 and 10
   */
  public static Examination analyze(Model model, Calibration calibration) {
    return new Examination(Objects.requireNonNull(model), Objects.requireNonNull(calibration));
  }

  /**
   * Takes up a plan that was made before.
   *
   * @param model a model of the plan's shapes
   * @param calibration what to run through it
   * @param plan which sparsity each linear gets
   * @return a stage that prunes
   * @throws IllegalArgumentException if the plan's blocks or linears are not the model's, naming
   *     the first that differs
   */
  public static Pruning apply(Model model, Calibration calibration, Plan plan) {
    return new Pruning(Objects.requireNonNull(model), Objects.requireNonNull(calibration), plan);
  }

  /**
   * Takes up a plan that was made before, for a pruner that looks at weights alone.
   *
   * @param model a model of the plan's shapes
   * @param plan which sparsity each linear gets
   * @return a stage that prunes
   * @throws IllegalArgumentException if the plan's blocks or linears are not the model's, naming
   *     the first that differs
   */
  public static Pruning apply(Model model, Plan plan) {
    return new Pruning(Objects.requireNonNull(model), null, plan);
  }
}
