package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.measure.JudgingCost;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.tuning.Tuner;
import io.github.owlprune.tuning.TuningResult;
import io.github.owlprune.tuning.TuningSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A search for the allocation with the lowest loss, instead of the paper's M and λ: allocators
 * alone and weighted sums of their shapes over the blocks, {@code r_b = S + λ Σ_k w_k φ_k(b)}, each
 * mapped into the box and onto the budget. A candidate is judged by the loss of the model pruned by
 * the dense model's scores, on a quarter of the calibration (at most 4 sequences) that no score
 * depends on.
 */
public final class Tuning extends Stage<Tuning> {
  private final LossModel model;
  private final Calibration calibration;
  private final TuningSettings settings;

  Tuning(LossModel model, Calibration calibration) {
    this(model, calibration, TuningSettings.DEFAULT, Execution.DEFAULT);
  }

  private Tuning(
      LossModel model, Calibration calibration, TuningSettings settings, Execution execution) {
    super(execution);
    this.model = model;
    this.calibration = calibration;
    this.settings = settings;
  }

  @Override
  Tuning with(Execution next) {
    return new Tuning(model, calibration, settings, next);
  }

  private Tuning with(TuningSettings next) {
    return new Tuning(model, calibration, next, execution());
  }

  /**
   * Sets S, the share of zeros over all selected linears together.
   *
   * @param sparsity in [0, 1); 0.7 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside that range
   */
  public Tuning withSparsity(double sparsity) {
    return with(settings.withSparsity(sparsity));
  }

  /**
   * Fixes λ, the maximum deviation of a block's sparsity from S.
   *
   * @param lambda in [0, 1); 0.08 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside that range
   */
  public Tuning withLambda(double lambda) {
    return withLambda(lambda, lambda);
  }

  /**
   * Lets the search choose λ from a range.
   *
   * @param least the smallest λ, in [0, 1)
   * @param most the largest λ, from {@code least} to 1, exclusive
   * @return a new stage
   * @throws IllegalArgumentException if one is outside its range
   */
  public Tuning withLambda(double least, double most) {
    return with(settings.withLambda(least, most));
  }

  /**
   * Sets the thresholds M to try for allocators that use outlier ratios. All are counted in one
   * pass.
   *
   * @param thresholds above 0 and finite, at least one; 3, 5, 7 and 10 unless set
   * @return a new stage
   * @throws IllegalArgumentException if there is none or one is invalid
   */
  public Tuning withOutlierThresholds(double... thresholds) {
    return with(settings.withOutlierThresholds(Arrays.stream(thresholds).boxed().toList()));
  }

  /**
   * Sets the allocators to try alone and mixed.
   *
   * @param allocators at least one; sensitivity, OWL, DLP and depth unless set. Blocks are the
   *     units, whatever an allocator's own granularity
   * @return a new stage
   * @throws IllegalArgumentException if there is none
   */
  public Tuning withAllocators(Allocator... allocators) {
    return with(settings.withAllocators(List.of(allocators)));
  }

  /**
   * Selects the linears that lose weights; S is over the selected ones.
   *
   * @param glob matched against {@code block.linear}, such as {@code *.mlp.*}; all unless set
   * @return a new stage
   * @throws IllegalArgumentException if the glob is malformed or matches nothing
   */
  public Tuning withLinears(String glob) {
    LinearSelection linears = new LinearSelection(glob);
    linears.requireAny(model);
    return with(settings.withLinears(linears));
  }

  /**
   * Sets the maximum number of candidates.
   *
   * @param candidates at least 1; 40 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Tuning withCandidates(int candidates) {
    return with(settings.withCandidates(candidates));
  }

  /**
   * Sets a time limit for mixtures. Measurements and the allocators alone come first and are not
   * cut short.
   *
   * @param limit the time from the start of the search after which no mixture is started; positive;
   *     no limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is not positive
   */
  public Tuning withTimeLimit(Duration limit) {
    return with(settings.withTimeLimit(limit));
  }

  /**
   * Computes in advance the most that the search can cost.
   *
   * @return the passes and reads
   * @throws IllegalArgumentException if the calibration has fewer than 2 sequences
   */
  public JudgingCost cost() {
    return Tuner.cost(model, calibration.draw().sequences(), settings);
  }

  /**
   * Searches for the plan with the lowest loss; the model stays dense.
   *
   * @return all candidates and the best one's plan
   * @throws IllegalArgumentException if the calibration has fewer than 2 sequences, or measurements
   *     cannot be mapped, naming the block
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public TuningResult search() {
    try (Run run = Run.open(model, calibration, execution())) {
      return run.guarded(
          () -> {
            Tuner tuner = new Tuner(run, settings);
            run.expect(tuner.pieces());
            return tuner.search();
          });
    }
  }
}
