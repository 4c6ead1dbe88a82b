package io.github.owlprune;

import io.github.owlprune.model.Model;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A plan about to be applied to a model. Immutable: every {@code with} returns a new stage. */
public final class Pruning {
  private final Model model;
  private final @Nullable Calibration calibration;
  private final Plan plan;
  private final Execution execution;

  Pruning(Model model, @Nullable Calibration calibration, Plan plan, Execution execution) {
    PlanCheck.requireFit(plan, model);
    this.model = model;
    this.calibration = calibration;
    this.plan = plan;
    this.execution = execution;
  }

  /**
   * Sets the number of threads. It does not change the result.
   *
   * @param threads at least 1; all processors unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Pruning withThreads(int threads) {
    return new Pruning(model, calibration, plan, execution.withThreads(threads));
  }

  /**
   * Sets how many bytes of hidden states stay in memory; larger ones go to a temporary file.
   *
   * @param bytes at least 0; half of the JVM's heap limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public Pruning withHiddenStateMemory(long bytes) {
    return new Pruning(model, calibration, plan, execution.withHiddenStateBytes(bytes));
  }

  /**
   * Sets how hidden states lie in the file, if they go there.
   *
   * @param type float32 unless set; bfloat16 takes half the room and changes the result a little
   * @return a new stage
   */
  public Pruning withHiddenStateType(HiddenStateType type) {
    return new Pruning(
        model, calibration, plan, execution.withHiddenStateType(Objects.requireNonNull(type)));
  }

  /**
   * Sets who is told how far the run has come.
   *
   * @param progress nobody unless set
   * @return a new stage
   */
  public Pruning withProgress(Progress progress) {
    return new Pruning(
        model, calibration, plan, execution.withProgress(Objects.requireNonNull(progress)));
  }

  /**
   * Prunes the model by the plan. A {@link ResumableModel} goes on where a run of the same plan was
   * cut off.
   *
   * @param pruner chooses the weights
   * @return what was done
   * @param <S> what the pruner needs to know about inputs
   * @throws IllegalStateException if the pruner needs a calibration and there is none, or the model
   *     was pruned before, or a run that was cut off had other settings, naming the first
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public <S extends InputStatistics> Report prune(Pruner<S> pruner) {
    if (pruner.needsInputs() && calibration == null) {
      throw Run.noCalibration("the pruner " + pruner.name());
    }
    model.checkPrunable();
    Map<String, String> settings = Map.of("plan", plan.toJson(), "pruner", pruner.settings());
    try (Run run = Run.resume(model, calibration, execution, settings)) {
      return run.guarded(
          () -> {
            run.expect(PruningPass.pieces(model, pruner, run));
            return new PruningPass<>(run, plan, pruner).prune();
          });
    }
  }
}
