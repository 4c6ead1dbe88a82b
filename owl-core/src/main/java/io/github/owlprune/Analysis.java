package io.github.owlprune;

import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.analysis.TrialPruning;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.measure.DenseOutliers;
import io.github.owlprune.measure.DenseSweep;
import io.github.owlprune.measure.OutlierThreshold;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.PlanCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The settings of an analysis of outlier ratios. The model does not change: trial prunings are
 * never saved.
 */
public final class Analysis extends Stage<Analysis> {
  private final Model model;
  private final Calibration calibration;
  private final List<Double> thresholds;
  private final LinearSelection linears;
  private final List<TrialPruning> trials;

  Analysis(Model model, Calibration calibration) {
    this(
        model,
        calibration,
        List.of(3.0, 5.0, 7.0, 10.0),
        new LinearSelection(LinearSelection.ALL),
        List.of(),
        Execution.DEFAULT);
  }

  private Analysis(
      Model model,
      Calibration calibration,
      List<Double> thresholds,
      LinearSelection linears,
      List<TrialPruning> trials,
      Execution execution) {
    super(execution);
    this.model = model;
    this.calibration = calibration;
    this.thresholds = thresholds;
    this.linears = linears;
    this.trials = trials;
  }

  @Override
  Analysis with(Execution next) {
    return new Analysis(model, calibration, thresholds, linears, trials, next);
  }

  /**
   * Sets the thresholds M; additional ones cost almost nothing.
   *
   * @param values above 0 and finite, at least one; 3, 5, 7 and 10 unless set
   * @return a new stage
   * @throws IllegalArgumentException if there is none, or one is invalid
   */
  public Analysis withOutlierThresholds(double... values) {
    OutlierThreshold.requireAll(values);
    List<Double> next = Arrays.stream(values).boxed().toList();
    return new Analysis(model, calibration, next, linears, trials, execution());
  }

  /**
   * Selects the linears to analyse.
   *
   * @param glob matched against {@code block.linear}, such as {@code *.mlp.*}; all unless set
   * @return a new stage
   * @throws IllegalArgumentException if the glob is malformed or matches nothing
   */
  public Analysis withLinears(String glob) {
    LinearSelection next = new LinearSelection(glob);
    next.requireAny(model);
    return new Analysis(model, calibration, thresholds, next, trials, execution());
  }

  /**
   * Adds a trial pruning, after which the outliers are counted again. May be called several times,
   * to compare plans and strategies.
   *
   * @param name the name in tables and charts; not blank, and different from all others
   * @param plan the sparsity of each linear
   * @param compressor the strategy
   * @return a new stage
   * @throws IllegalArgumentException if the name is blank or taken, or the plan does not fit this
   *     model, naming the first block or linear that differs
   */
  public Analysis withTrial(String name, Plan plan, Compressor compressor) {
    if (name.isBlank() || trials.stream().anyMatch(t -> t.name().equals(name))) {
      throw new IllegalArgumentException(
          "a trial pruning was named \""
              + name
              + "\"; every one needs a name of its own, such as \""
              + compressor.name()
              + ", "
              + plan.allocator()
              + "\"");
    }
    PlanCheck.requireFit(plan, model);
    List<TrialPruning> more = new ArrayList<>(trials);
    more.add(new TrialPruning(name, plan, Objects.requireNonNull(compressor)));
    return new Analysis(model, calibration, thresholds, linears, List.copyOf(more), execution());
  }

  /**
   * Measures in one sweep over the dense model, and one more for each trial. A trial prunes block
   * by block as a real run does, but saves nothing, so updated weights are not rounded to the
   * checkpoint's type.
   *
   * @return the outlier ratios of the dense model, and after each trial
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public AnalysisResult measure() {
    try (Run run = Run.open(model, calibration, execution())) {
      return run.guarded(() -> measure(run));
    }
  }

  private AnalysisResult measure(Run run) {
    try (DenseSweep sweep = new DenseSweep(run, linears, run.sequences(), Set.of())) {
      run.expect(sweep.pieces() + trials.size() * TrialPruning.pieces(run));
      double[] values = thresholds.stream().mapToDouble(Double::doubleValue).toArray();
      DenseOutliers dense = DenseOutliers.measure(sweep, values);
      List<String> remarks = new ArrayList<>(model.remarks());
      List<AnalysisResult.AfterPruning> pruned = new ArrayList<>();
      for (TrialPruning trial : trials) {
        pruned.add(trial.measure(run, linears, dense, remarks));
      }
      return new AnalysisResult(
          AnalysisResult.VERSION,
          Objects.requireNonNull(run.calibrationSource()),
          linears.toString(),
          remarks,
          dense.ratios(),
          pruned);
    }
  }
}
