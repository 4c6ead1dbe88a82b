package io.github.owlprune;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.measure.DenseSweep;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.PlanCheck;
import io.github.owlprune.plan.Report;
import io.github.owlprune.pruning.DenseActivationsPruning;
import io.github.owlprune.pruning.SequentialPruning;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plan and the model to prune by it. */
public final class Pruning extends Stage<Pruning> {
  private final Model model;
  private final @Nullable Calibration calibration;
  private final Plan plan;
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
    super(execution);
    this.model = model;
    this.calibration = calibration;
    this.plan = plan;
    this.denseActivations = denseActivations;
  }

  @Override
  Pruning with(Execution next) {
    return new Pruning(model, calibration, plan, next, denseActivations);
  }

  /**
   * Gathers the strategy's statistics from the dense model's activations, in one forward pass of
   * the dense model, instead of from inputs that passed through the blocks pruned so far. An
   * interrupted run starts over.
   *
   * @return a new stage
   */
  public Pruning withDenseActivations() {
    return new Pruning(model, calibration, plan, execution(), true);
  }

  /**
   * Prunes the model by the plan. With a {@link ResumableModel} an interrupted run of the same plan
   * is resumed.
   *
   * @param compressor the strategy
   * @return the record of the run
   * @throws IllegalStateException if the strategy needs a calibration and there is none, or the
   *     model has been pruned, or an interrupted run had other settings, naming the first
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public Report prune(Compressor compressor) {
    if (!compressor.statistics().isEmpty() && calibration == null) {
      throw Run.noCalibration("the strategy " + compressor.name());
    }
    model.checkPrunable();
    if (denseActivations && !compressor.statistics().isEmpty()) {
      return pruneByDenseActivations(compressor);
    }
    Map<String, String> settings = Map.of("plan", plan.toJson(), "pruner", compressor.settings());
    try (Run run = Run.resume(model, calibration, execution(), settings)) {
      return run.guarded(
          () -> {
            run.expect(SequentialPruning.pieces(run, compressor));
            return new SequentialPruning(run, plan, compressor).prune();
          });
    }
  }

  private Report pruneByDenseActivations(Compressor compressor) {
    LinearSelection linears = new LinearSelection(plan.linears());
    try (Run run = Run.open(model, calibration, execution());
        DenseSweep nothingKept = new DenseSweep(run, linears, run.sequences(), Set.of())) {
      return run.guarded(
          () -> {
            run.expect(SequentialPruning.pieces(run, compressor));
            return new DenseActivationsPruning(run, plan, compressor, nothingKept).prune();
          });
    }
  }
}
