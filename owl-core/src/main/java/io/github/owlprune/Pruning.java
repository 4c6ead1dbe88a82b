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
  private final boolean denseActivations;

  Pruning(Model model, @Nullable Calibration calibration, Plan plan) {
    this(model, calibration, plan, Execution.DEFAULT, false);
    PlanCheck.requireFit(plan, model);
  }

  private Pruning(
      Model model,
      @Nullable Calibration calibration,
      Plan plan,
      Execution execution,
      boolean denseActivations) {
    this.model = model;
    this.calibration = calibration;
    this.plan = plan;
    this.execution = execution;
    this.denseActivations = denseActivations;
  }

  private Pruning with(Execution next) {
    return new Pruning(model, calibration, plan, next, denseActivations);
  }

  /**
   * Lets the pruner see the dense model's activations: one forward pass of the dense model, in
   * place of an observation and a forward pass of pruned blocks. A run that is cut off begins anew.
   *
   * @return a new stage
   */
  public Pruning withDenseActivations() {
    return new Pruning(model, calibration, plan, execution, true);
  }

  /**
   * Sets the number of threads. It does not change the result.
   *
   * @param threads at least 1; all processors unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Pruning withThreads(int threads) {
    return with(execution.withThreads(threads));
  }

  /**
   * Sets how many bytes of hidden states stay in memory; larger ones go to a temporary file.
   *
   * @param bytes at least 0; half of the JVM's heap limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public Pruning withHiddenStateMemory(long bytes) {
    return with(execution.withHiddenStateBytes(bytes));
  }

  /**
   * Sets how hidden states lie in the file, if they go there.
   *
   * @param type float32 unless set; bfloat16 takes half the room and changes the result a little
   * @return a new stage
   */
  public Pruning withHiddenStateType(HiddenStateType type) {
    return with(execution.withHiddenStateType(Objects.requireNonNull(type)));
  }

  /**
   * Sets who is told how far the run has come.
   *
   * @param progress nobody unless set
   * @return a new stage
   */
  public Pruning withProgress(Progress progress) {
    return with(execution.withProgress(Objects.requireNonNull(progress)));
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
    if (denseActivations && pruner.needsInputs()) {
      return pruneByDenseActivations(pruner);
    }
    Map<String, String> settings = Map.of("plan", plan.toJson(), "pruner", pruner.settings());
    try (Run run = Run.resume(model, calibration, execution, settings)) {
      return run.guarded(
          () -> {
            run.expect(PruningPass.pieces(model, pruner, run));
            return new PruningPass<>(run, plan, pruner).prune();
          });
    }
  }

  private <S extends InputStatistics> Report pruneByDenseActivations(Pruner<S> pruner) {
    LinearChoice linears = new LinearChoice(plan.linears());
    try (Run run = Run.open(model, calibration, execution);
        GatheredStatistics<S> nothing = new GatheredStatistics<>(run, linears, pruner)) {
      return run.guarded(
          () -> {
            run.expect(PruningPass.pieces(model, pruner, run));
            return new DenseActivationsPass<>(run, plan, pruner, nothing).prune();
          });
    }
  }
}
