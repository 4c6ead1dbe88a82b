package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.MixedPattern;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.DenseModel;
import io.github.owlprune.measure.DenseOutliers;
import io.github.owlprune.measure.DenseSweep;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.JudgingCost;
import io.github.owlprune.measure.JudgingSplit;
import io.github.owlprune.measure.Measured;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.measure.OutlierThreshold;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.pruning.DenseActivationsPruning;
import io.github.owlprune.pruning.SequentialPruning;
import io.github.owlprune.statistics.StatisticKind;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of an allocation (arXiv 2310.05175, section 3), to be planned or pruned. */
public final class Allocation extends Stage<Allocation> {
  private static final String PLAN = "plan.json"; // the journal's entry

  private final Model model;
  private final @Nullable Calibration calibration;
  private final AllocationSettings settings;

  Allocation(Model model, @Nullable Calibration calibration) {
    this(model, calibration, new AllocationSettings(), Execution.DEFAULT);
  }

  private Allocation(
      Model model,
      @Nullable Calibration calibration,
      AllocationSettings settings,
      Execution execution) {
    super(execution);
    this.model = model;
    this.calibration = calibration;
    this.settings = settings;
  }

  @Override
  Allocation with(Execution next) {
    return new Allocation(model, calibration, settings, next);
  }

  private Allocation with(Consumer<AllocationSettings> change) {
    return new Allocation(model, calibration, settings.with(model, change), execution());
  }

  /**
   * Sets S, the share of zeros over all selected linears together.
   *
   * @param sparsity in [0, 1); 0.7 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside that range, or contradicts the pattern that
   *     was set
   */
  public Allocation withSparsity(double sparsity) {
    return with(
        next -> {
          next.sparsity = sparsity;
          next.sparsityGiven = true;
        });
  }

  /**
   * Sets λ, the maximum deviation of a unit's sparsity from S.
   *
   * @param lambda in [0, 1); 0.08 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside that range
   */
  public Allocation withLambda(double lambda) {
    return with(next -> next.lambda = lambda);
  }

  /**
   * Sets M: a weight is an outlier if its score exceeds M times its unit's mean.
   *
   * @param outlierThreshold above 0 and finite; 5 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside that range
   */
  public Allocation withOutlierThreshold(double outlierThreshold) {
    OutlierThreshold.require(outlierThreshold);
    return with(next -> next.outlierThreshold = outlierThreshold);
  }

  /**
   * Sets the unit that gets a sparsity of its own.
   *
   * @param granularity the {@linkplain Allocator#granularity allocator's own} unless set: blocks
   *     for most
   * @return a new stage
   */
  public Allocation withGranularity(Granularity granularity) {
    Objects.requireNonNull(granularity);
    return with(next -> next.granularity = granularity);
  }

  /**
   * Sets the allocator, which decides how sparse each unit becomes.
   *
   * @param allocator {@link Allocator#owl} unless set, {@link Allocator#uniform} with a pattern
   * @return a new stage
   * @throws IllegalArgumentException if a pattern was set and this is not the uniform allocator
   */
  public Allocation withAllocator(Allocator allocator) {
    Objects.requireNonNull(allocator);
    return with(next -> next.allocator = allocator);
  }

  /**
   * Sets the mapping from raw to final sparsities.
   *
   * @param mapping bounded unless set
   * @return a new stage
   */
  public Allocation withMapping(Mapping mapping) {
    Objects.requireNonNull(mapping);
    return with(next -> next.mapping = mapping);
  }

  /**
   * Sets an N:M pattern for every linear: {@code kept} of every {@code of} weights of a row are
   * kept. S is then {@code 1 − kept/of}, and there is nothing left to allocate.
   *
   * @param kept the weights kept in a window, from 1 to {@code of}
   * @param of the width of the window; must divide the inputs of every selected linear
   * @return a new stage
   * @throws IllegalArgumentException if the pattern is invalid, does not divide a linear's inputs,
   *     or contradicts a sparsity or allocator that was set
   */
  public Allocation withPattern(int kept, int of) {
    Sparsity.NOfM pattern = new Sparsity.NOfM(kept, of);
    return with(next -> next.pattern = pattern);
  }

  /**
   * Gives every block its own N of {@code of} weights to keep (the mixed N:8 of arXiv 2310.05175).
   * The N are the integers nearest to what would be allocated without a pattern:
   *
   * <ul>
   *   <li>a block with a lower sparsity never keeps fewer, nor does the earlier of two blocks with
   *       equal sparsities;
   *   <li>{@code 1 − N/of} lies in {@code [S − λ, S + λ]}, or is one of the two such shares around
   *       S, which are always allowed, since S could not be met without both;
   *   <li>the weighted mean of the sparsities is as close to S as these two rules allow.
   * </ul>
   *
   * @param of the width of the windows, at least 2; must divide the inputs of every selected linear
   * @return a new stage
   * @throws IllegalArgumentException if it does not, if S leaves a window without a weight, or if
   *     one pattern for all was set
   */
  public Allocation withMixedPattern(int of) {
    MixedPattern mixed = new MixedPattern(of);
    return with(next -> next.mixed = mixed);
  }

  /**
   * Selects the linears that lose weights; S and the outlier ratios are over the selected ones.
   *
   * @param glob matched against {@code block.linear}, such as {@code *.mlp.*}; all unless set
   * @return a new stage
   * @throws IllegalArgumentException if the glob is malformed or matches nothing
   */
  public Allocation withLinears(String glob) {
    LinearSelection linears = new LinearSelection(glob);
    linears.requireAny(model);
    return with(next -> next.linears = linears);
  }

  /**
   * Gathers the strategy's statistics from the dense model's activations, to save time at the cost
   * of some quality: column norms are gathered in the sweep that measures, and nothing is sent
   * through the model again; Hessians take one more forward pass of the dense model. Otherwise each
   * block observes inputs that passed through the pruned blocks before it. An interrupted run
   * starts over.
   *
   * @return a new stage
   */
  public Allocation withDenseActivations() {
    return with(next -> next.denseActivations = true);
  }

  /**
   * Measures the dense model's outlier ratios, for any number of thresholds in one pass.
   *
   * @param thresholds the thresholds M, above 0, at least one
   * @return ratios per block and per linear
   * @throws IllegalArgumentException if there is no threshold, or one is not above 0 and finite
   * @throws IllegalStateException if there is no calibration
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public OutlierDistribution measure(double... thresholds) {
    OutlierThreshold.requireAll(thresholds);
    try (Run run = Run.open(model, calibration, execution())) {
      return run.guarded(
          () -> {
            DenseSweep sweep = new DenseSweep(run, settings.linears, run.sequences(), Set.of());
            run.expect(sweep.pieces());
            return DenseOutliers.measure(sweep, thresholds).ratios();
          });
    }
  }

  /**
   * Measures and allocates; the model stays dense.
   *
   * @return the sparsity of each linear
   * @throws IllegalArgumentException if the measurements cannot be mapped, naming the unit, or the
   *     allocator judges losses and the calibration has fewer than 2 sequences
   * @throws IllegalStateException if the allocator needs a calibration and there is none, or it
   *     needs a {@link LossModel} and the model is not one
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public Plan plan() {
    try (Run run = Run.open(model, calibration, execution())) {
      return run.guarded(
          () -> {
            DenseModel dense = dense(run, Set.of());
            run.expect(settings.allocator().measurement().pieces(dense));
            return plan(run, dense);
          });
    }
  }

  /**
   * Measures, allocates and prunes. Blocks are pruned in order; each observes inputs that passed
   * through the pruned blocks before it. With a {@link ResumableModel} an interrupted run of the
   * same settings is resumed.
   *
   * @param compressor the strategy
   * @return the record of the run
   * @throws IllegalArgumentException if the measurements cannot be mapped, naming the unit, or the
   *     allocator judges losses and the calibration has fewer than 2 sequences
   * @throws IllegalStateException if a calibration or a {@link LossModel} is needed and there is
   *     none, the model has been pruned, or an interrupted run had other settings, naming the first
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public Report prune(Compressor compressor) {
    if (!compressor.statistics().isEmpty() && calibration == null) {
      throw Run.noCalibration("the strategy " + compressor.name());
    }
    model.checkPrunable();
    if (settings.denseActivations && !compressor.statistics().isEmpty()) {
      return pruneByDenseActivations(compressor);
    }
    try (Run run = Run.resume(model, calibration, execution(), settings.ofRun(compressor))) {
      return run.guarded(
          () -> {
            Plan plan = resumedOrNew(run, SequentialPruning.pieces(run, compressor));
            return new SequentialPruning(run, plan, compressor).prune();
          });
    }
  }

  /** Returns the plan that an interrupted run made, or measures and makes one. */
  private Plan resumedOrNew(Run run, long piecesOfPruning) {
    Optional<Plan> made = run.journal().read(PLAN, Plan.class, Plan.VERSION);
    if (made.isPresent()) {
      run.expect(piecesOfPruning);
      return made.get();
    }
    DenseModel dense = dense(run, Set.of());
    run.expect(settings.allocator().measurement().pieces(dense) + piecesOfPruning);
    Plan plan = plan(run, dense);
    run.journal().write(PLAN, plan);
    return plan;
  }

  private Report pruneByDenseActivations(Compressor compressor) {
    boolean keeps = compressor.statistics().stream().allMatch(StatisticKind::fitsForAllBlocks);
    Set<StatisticKind<?>> kept = keeps ? compressor.statistics() : Set.of();
    try (Run run = Run.open(model, calibration, execution())) {
      DenseModel dense = dense(run, kept);
      try (DenseSweep sweep = dense.sweep()) {
        return run.guarded(
            () -> {
              run.expect(
                  settings.allocator().measurement().pieces(dense)
                      + SequentialPruning.pieces(run, compressor));
              Plan plan = plan(run, dense);
              return new DenseActivationsPruning(run, plan, compressor, sweep).prune();
            });
      }
    }
  }

  /**
   * Computes in advance what the allocator's measurement costs beyond a pass over the dense model.
   *
   * @return the passes and reads of an allocator that judges pruned variants; empty for any other
   *     allocator, without a calibration, and if the model is not a {@link LossModel}
   * @throws IllegalArgumentException if variants are judged and the calibration has fewer than 2
   *     sequences
   * @throws IllegalStateException if variants are judged and the model cannot compute a loss
   */
  public Optional<JudgingCost> judging() {
    if (!settings.allocator().measurement().judgesLoss()
        || calibration == null
        || !(model instanceof LossModel withLoss)) {
      return Optional.empty();
    }
    withLoss.checkLoss();
    return Optional.of(
        JudgingCost.ofLossRises(
            withLoss,
            calibration.draw().sequences(),
            settings.linears,
            settings.granularity(),
            settings.sparsity()));
  }

  /** Returns the dense model as the allocator's measurement needs it. */
  private DenseModel dense(Run run, Set<StatisticKind<?>> kept) {
    Measurement measurement = settings.allocator().measurement();
    List<int[]> sequences = measurement.needsInputs() ? run.sequences() : List.of();
    List<int[]> judging = List.of();
    boolean split = measurement.judgesLoss();
    if (split) {
      run.lossModel(); // fails before any work if there is no loss
      JudgingSplit parts = JudgingSplit.of(sequences);
      sequences = parts.scoring();
      judging = parts.judging();
    }
    return new DenseModel(
        new DenseSweep(run, settings.linears, sequences, split ? Set.of() : kept),
        judging,
        settings.granularity(),
        settings.sparsity(),
        settings.outlierThreshold);
  }

  private Plan plan(Run run, DenseModel dense) {
    Measured measured = settings.allocator().measurement().measure(dense);
    return run.timed(
        "allocate", () -> settings.planMaker().make(model, settings.linears, measured));
  }
}
