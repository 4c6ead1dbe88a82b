package io.github.owlprune;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import io.github.owlprune.plan.Plan;
import java.util.Objects;

/**
 * The entry point of the library.
 *
 * <pre>{@code
 * Report report = Owl.allocate(model, calibration)
 *     .withSparsity(0.7)
 *     .withLambda(0.08)
 *     .prune(wanda());
 * }</pre>
 *
 * <p>Nothing runs before {@code plan}, {@code prune}, {@code measure} or {@code search} is called;
 * every setting is checked where it is given. Interrupt the thread to cancel a run: it ends with a
 * {@link java.util.concurrent.CancellationException}, and the model must be opened again.
 */
public final class Owl {
  private Owl() {}

  /**
   * Begins an allocation that may use activations.
   *
   * @param model the dense model
   * @param calibration the sequences to send through it
   * @return a stage with the paper's settings: S = 0.7, λ = 0.08, M = 5
   */
  public static Allocation allocate(Model model, Calibration calibration) {
    return new Allocation(Objects.requireNonNull(model), Objects.requireNonNull(calibration));
  }

  /**
   * Begins an allocation without calibration, for allocators and strategies that use names, shapes
   * and weights only.
   *
   * @param model the dense model
   * @return a stage that rejects everything that needs activations
   */
  public static Allocation allocate(Model model) {
    return new Allocation(Objects.requireNonNull(model), null);
  }

  /**
   * Begins a search for the allocation with the lowest loss.
   *
   * @param model the dense model
   * @param calibration the sequences to send through it; at least 2, preferably 8 or more
   * @return a stage with S = 0.7, λ = 0.08, M = 3, 5, 7 and 10, and 40 candidates
   */
  public static Tuning tune(LossModel model, Calibration calibration) {
    return new Tuning(Objects.requireNonNull(model), Objects.requireNonNull(calibration));
  }

  /**
   * Begins an analysis: the outlier ratios of the dense model and, if requested, after trial
   * prunings.
   *
   * @param model the dense model, which does not change
   * @param calibration the sequences to send through it
   * @return a stage with the thresholds M = 3, 5, 7 and 10
   */
  public static Analysis analyze(Model model, Calibration calibration) {
    return new Analysis(Objects.requireNonNull(model), Objects.requireNonNull(calibration));
  }

  /**
   * Begins a pruning by a plan that was made before.
   *
   * @param model a model of the plan's shapes
   * @param calibration the sequences to send through it
   * @param plan the sparsity of each linear
   * @return a stage that prunes
   * @throws IllegalArgumentException if the plan's blocks or linears are not the model's, naming
   *     the first that differs
   */
  public static Pruning follow(Model model, Calibration calibration, Plan plan) {
    return new Pruning(Objects.requireNonNull(model), Objects.requireNonNull(calibration), plan);
  }

  /**
   * Begins a pruning by a plan that was made before, for a strategy that uses weights only.
   *
   * @param model a model of the plan's shapes
   * @param plan the sparsity of each linear
   * @return a stage that prunes
   * @throws IllegalArgumentException if the plan's blocks or linears are not the model's, naming
   *     the first that differs
   */
  public static Pruning follow(Model model, Plan plan) {
    return new Pruning(Objects.requireNonNull(model), null, plan);
  }
}
