package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.allocation.OutlierDistribution;
import io.github.owlprune.allocation.Target;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LossModel;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.ResumableModel;
import io.github.owlprune.model.Tap;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.RowPruning;
import io.github.owlprune.pruning.Sparsity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an allocation (arXiv 2310.05175, section 3). Immutable: every {@code with}
 * returns a new stage and refuses nonsense at once.
 */
public final class Allocation {
  private final Model model;
  private final @Nullable Calibration calibration;
  private double sparsity = 0.7;
  private boolean sparsityGiven;
  private double lambda = 0.08;
  private double outlierThreshold = 5;
  private @Nullable Granularity granularity;
  private @Nullable Allocator allocator;
  private Mapping mapping = Mapping.BOUNDED;
  private Sparsity.@Nullable NOfM pattern;
  private @Nullable MixedPattern mixed;
  private LinearChoice linears = new LinearChoice(LinearChoice.ALL);
  private boolean denseActivations;
  private Execution execution = Execution.DEFAULT;

  Allocation(Model model, @Nullable Calibration calibration) {
    this.model = model;
    this.calibration = calibration;
  }

  private Allocation copy() {
    Allocation copy = new Allocation(model, calibration);
    copy.sparsity = sparsity;
    copy.sparsityGiven = sparsityGiven;
    copy.lambda = lambda;
    copy.outlierThreshold = outlierThreshold;
    copy.granularity = granularity;
    copy.allocator = allocator;
    copy.mapping = mapping;
    copy.pattern = pattern;
    copy.mixed = mixed;
    copy.linears = linears;
    copy.denseActivations = denseActivations;
    copy.execution = execution;
    return copy;
  }

  /**
   * Sets S, the share of zeros over all chosen linears together.
   *
   * @param sparsity in [0, 1); 0.7 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside, or not the share of the pattern that was set
   */
  public Allocation withSparsity(double sparsity) {
    Allocation next = copy();
    next.sparsity = sparsity;
    next.sparsityGiven = true;
    return next.checked();
  }

  /**
   * Sets λ, how far a block's sparsity may leave S.
   *
   * @param lambda in [0, 1); 0.08 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside
   */
  public Allocation withLambda(double lambda) {
    Allocation next = copy();
    next.lambda = lambda;
    return next.checked();
  }

  /**
   * Sets M: a weight is an outlier if its score is above M times its unit's mean.
   *
   * @param outlierThreshold above 0 and finite; 5 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is not
   */
  public Allocation withOutlierThreshold(double outlierThreshold) {
    OutlierThreshold.require(outlierThreshold);
    Allocation next = copy();
    next.outlierThreshold = outlierThreshold;
    return next;
  }

  /**
   * Sets what gets a sparsity of its own.
   *
   * @param granularity the {@linkplain Allocator#granularity allocator's own} unless set: blocks
   *     for most
   * @return a new stage
   */
  public Allocation withGranularity(Granularity granularity) {
    Allocation next = copy();
    next.granularity = Objects.requireNonNull(granularity);
    return next;
  }

  /**
   * Sets who gets more and who less.
   *
   * @param allocator {@link Allocator#owl} unless set, {@link Allocator#uniform} with a pattern
   * @return a new stage
   * @throws IllegalArgumentException if a pattern was set and this is not the uniform allocator
   */
  public Allocation withAllocator(Allocator allocator) {
    Allocation next = copy();
    next.allocator = Objects.requireNonNull(allocator);
    return next.checked();
  }

  /**
   * Sets how raw sparsities become final ones.
   *
   * @param mapping bounded unless set
   * @return a new stage
   */
  public Allocation withMapping(Mapping mapping) {
    Allocation next = copy();
    next.mapping = Objects.requireNonNull(mapping);
    return next;
  }

  /**
   * Sets an N:M pattern for every linear: {@code kept} of every {@code of} weights of a row stay. S
   * is then {@code 1 − kept/of}, and there is nothing left to allocate.
   *
   * @param kept weights that stay, from 1 to {@code of}
   * @param of the window's width; must divide the inputs of every chosen linear
   * @return a new stage
   * @throws IllegalArgumentException if the pattern is none, does not divide a linear's inputs, or
   *     contradicts a sparsity or allocator that was set
   */
  public Allocation withPattern(int kept, int of) {
    Allocation next = copy();
    next.pattern = new Sparsity.NOfM(kept, of);
    return next.checked();
  }

  /**
   * Gives every block an N of its own: N of every {@code of} weights of a row stay (the mixed N:8
   * of arXiv 2310.05175). The numbers are those whole ones nearest to what would be allocated
   * without a pattern:
   *
   * <ul>
   *   <li>a block to which the allocator gives a lower sparsity never keeps fewer, nor does the
   *       earlier of two to which it gives the same;
   *   <li>{@code 1 − N/of} lies in {@code [S − λ, S + λ]}, or is one of the two such shares around
   *       S, which are always allowed: without both S could not be met;
   *   <li>the weighted mean of the sparsities is as near to S as these two points allow.
   * </ul>
   *
   * @param of the windows' width, at least 2; must divide the inputs of every chosen linear
   * @return a new stage
   * @throws IllegalArgumentException if it does not, if S leaves no weight in a window, or if one
   *     pattern for all was set
   */
  public Allocation withMixedPattern(int of) {
    Allocation next = copy();
    next.mixed = new MixedPattern(of);
    return next.checked();
  }

  /**
   * Narrows the linears that lose weights; S and the outlier ratios are over the chosen ones.
   *
   * @param glob matched against {@code block.linear}, such as {@code *.mlp.*}; all unless set
   * @return a new stage
   * @throws IllegalArgumentException if the glob is malformed or matches nothing
   */
  public Allocation withLinears(String glob) {
    Allocation next = copy();
    next.linears = new LinearChoice(glob);
    next.linears.requireAny(model);
    return next.checked();
  }

  /**
   * Lets the pruner see the dense model's activations, for when time counts more than the last per
   * cent: column norms are gathered in the pass that measures, and nothing runs through the model a
   * second time; Hessians take one forward pass of the dense model more. Without it, each block
   * sees inputs that passed through the pruned blocks before it. A run that is cut off begins anew.
   *
   * @return a new stage
   */
  public Allocation withDenseActivations() {
    Allocation next = copy();
    next.denseActivations = true;
    return next;
  }

  /**
   * Sets the number of threads. It does not change the result.
   *
   * @param threads at least 1; all processors unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Allocation withThreads(int threads) {
    Allocation next = copy();
    next.execution = execution.withThreads(threads);
    return next;
  }

  /**
   * Sets how many bytes of hidden states stay in memory; larger ones go to a temporary file.
   *
   * @param bytes at least 0; half of the JVM's heap limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public Allocation withHiddenStateMemory(long bytes) {
    Allocation next = copy();
    next.execution = execution.withHiddenStateBytes(bytes);
    return next;
  }

  /**
   * Sets how hidden states lie in the file, if they go there.
   *
   * @param type float32 unless set; bfloat16 takes half the room and changes the result a little
   * @return a new stage
   */
  public Allocation withHiddenStateType(HiddenStateType type) {
    Allocation next = copy();
    next.execution = execution.withHiddenStateType(Objects.requireNonNull(type));
    return next;
  }

  /**
   * Sets who is told how far the run has come.
   *
   * @param progress nobody unless set
   * @return a new stage
   */
  public Allocation withProgress(Progress progress) {
    Allocation next = copy();
    next.execution = execution.withProgress(Objects.requireNonNull(progress));
    return next;
  }

  /**
   * Measures the dense model's outlier ratios, for any number of thresholds in one pass.
   *
   * @param thresholds thresholds M, above 0, at least one
   * @return ratios per block and per linear
   * @throws IllegalStateException if there is no calibration
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public OutlierDistribution measure(double... thresholds) {
    OutlierThreshold.requireAll(thresholds);
    try (Run run = Run.open(model, calibration, execution)) {
      return run.guarded(
          () -> {
            run.expect(DensePass.pieces(model, run.sequences()));
            DensePass dense = new DensePass(run, linears, run.sequences());
            return DenseOutliers.measure(dense, thresholds).ratios();
          });
    }
  }

  /**
   * Measures and allocates; the model stays dense.
   *
   * @return which sparsity each linear gets
   * @throws IllegalArgumentException if the measurements cannot be mapped, naming the block
   * @throws IllegalStateException if the allocator needs a calibration and there is none
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public Plan plan() {
    try (Run run = Run.open(model, calibration, execution)) {
      return run.guarded(
          () -> {
            run.expect(piecesOfPlan(run));
            return plan(run);
          });
    }
  }

  /**
   * Measures, allocates and prunes. Blocks are pruned in order; each sees inputs that passed
   * through the pruned blocks before it. A {@link ResumableModel} goes on where a run of the same
   * settings was cut off.
   *
   * @param pruner chooses the weights
   * @return what was done
   * @param <S> what the pruner needs to know about inputs
   * @throws IllegalArgumentException if the measurements cannot be mapped, naming the block
   * @throws IllegalStateException if a calibration is needed and there is none, or the model was
   *     pruned before, or a run that was cut off had other settings, naming the first
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
    try (Run run = Run.resume(model, calibration, execution, settings(pruner))) {
      return run.guarded(
          () -> {
            Optional<Plan> made = run.journal().plan();
            long measuring = made.isPresent() ? 0 : piecesOfPlan(run);
            run.expect(measuring + PruningPass.pieces(model, pruner, run));
            Plan plan = made.orElseGet(() -> plan(run));
            run.journal().keep(plan);
            return new PruningPass<>(run, plan, pruner).prune();
          });
    }
  }

  private <S extends InputStatistics> Report pruneByDenseActivations(Pruner<S> pruner) {
    try (Run run = Run.open(model, calibration, execution);
        GatheredStatistics<S> gathered = new GatheredStatistics<>(run, linears, pruner)) {
      return run.guarded(
          () -> {
            run.expect(piecesOfPlan(run) + PruningPass.pieces(model, pruner, run));
            Plan plan = plan(run, gathered::watch);
            return new DenseActivationsPass<>(run, plan, pruner, gathered).prune();
          });
    }
  }

  private Map<String, String> settings(Pruner<?> pruner) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("allocator", chosenAllocator().name());
    settings.put("granularity", String.valueOf(chosenGranularity()));
    settings.put("sparsity", String.valueOf(sparsity()));
    settings.put("lambda", String.valueOf(lambda));
    settings.put("M", String.valueOf(outlierThreshold));
    settings.put("mapping", String.valueOf(mapping));
    settings.put("pattern", String.valueOf(pattern));
    settings.put("mixed pattern", String.valueOf(mixed));
    settings.put("linears", linears.toString());
    settings.put("pruner", pruner.settings());
    return settings;
  }

  /**
   * What the allocator's measurement will take beyond a pass over the dense model, told before it
   * runs.
   *
   * @return passes and reads of an allocator that judges pruned variants of a {@link LossModel},
   *     nothing for any other
   * @throws IllegalArgumentException if variants are judged and the calibration has fewer than 2
   *     sequences
   */
  public Optional<JudgingCost> judging() {
    if (chosenAllocator().measurement() != Measurement.LOSS_RISES
        || calibration == null
        || !(model instanceof LossModel knowing)) {
      return Optional.empty();
    }
    LossRise rise = new LossRise(linears, chosenGranularity(), sparsity());
    return Optional.of(JudgingCost.of(knowing, calibration.draw().sequences(), rise));
  }

  private long piecesOfPlan(Run run) {
    return measuring(run).pieces(chosenAllocator().measurement());
  }

  private Plan plan(Run run) {
    return plan(run, block -> Tap.NONE);
  }

  private Plan plan(Run run, Function<Block, Tap> alsoWatching) {
    Measured measured = measuring(run).make(chosenAllocator().measurement(), alsoWatching);
    PlanMaker maker =
        new PlanMaker(
            chosenAllocator(),
            chosenGranularity(),
            new Target(sparsity(), lambda, mapping),
            outlierThreshold,
            pattern,
            mixed);
    return run.timed("allocate", () -> maker.make(model, linears, measured));
  }

  private Measuring measuring(Run run) {
    return new Measuring(run, linears, chosenGranularity(), sparsity(), outlierThreshold);
  }

  private Granularity chosenGranularity() {
    return granularity == null ? chosenAllocator().granularity() : granularity;
  }

  private Allocator chosenAllocator() {
    if (allocator != null) {
      return allocator;
    }
    return pattern == null ? Allocator.owl() : Allocator.uniform();
  }

  private double sparsity() {
    return pattern == null ? sparsity : pattern.zeros();
  }

  /** Refuses settings that contradict each other, whichever was given last. */
  private Allocation checked() {
    Target target = new Target(sparsity, lambda, mapping);
    if (mixed != null) {
      return mixedChecked(mixed);
    }
    if (pattern == null) {
      return this;
    }
    if (sparsityGiven && Math.abs(target.sparsity() - pattern.zeros()) > 1e-12) {
      throw new IllegalArgumentException(
          "the pattern "
              + pattern
              + " has a sparsity of "
              + pattern.zeros()
              + ", but "
              + sparsity
              + " was asked for; leave one of the two away");
    }
    if (allocator != null && !allocator.name().equals(Allocator.uniform().name())) {
      throw new IllegalArgumentException(
          "the pattern "
              + pattern
              + " gives every linear the same sparsity, so the allocator "
              + allocator.name()
              + " has nothing to decide; use the uniform allocator or no pattern");
    }
    requireFit(pattern);
    return this;
  }

  private Allocation mixedChecked(MixedPattern windows) {
    if (pattern != null) {
      throw new IllegalArgumentException(
          "the pattern "
              + pattern
              + " for all and a mixed pattern with windows of "
              + windows.of()
              + " were both asked for; leave one of the two away");
    }
    windows.requireReachable(sparsity);
    requireFit(new Sparsity.NOfM(1, windows.of()));
    return this;
  }

  private void requireFit(Sparsity.NOfM window) {
    for (Block block : model.blocks()) {
      for (Linear linear : linears.of(block)) {
        requireFit(block, linear, window);
      }
    }
  }

  private static void requireFit(Block block, Linear linear, Sparsity.NOfM pattern) {
    try {
      RowPruning.checkFits(pattern, linear.inputs());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          block.name() + "." + linear.name() + ": " + e.getMessage(), e);
    }
  }
}
