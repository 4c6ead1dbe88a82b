package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.model.LossModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A search for the allocation that suits a model, instead of the paper's M and λ: allocators alone
 * and weighted sums of their shapes over the blocks, {@code r_b = S + λ Σ_k w_k φ_k(b)}, each put
 * into the box and on the budget. A candidate is judged by the loss of the model pruned so, by the
 * dense model's scores, on a quarter of the calibration (at most 4 sequences) that no score has
 * seen.
 *
 * <p>Immutable: every {@code with} returns a new stage and refuses nonsense at once.
 */
public final class Tuning {
  private final LossModel model;
  private final Calibration calibration;
  private final TuningSettings settings;
  private final Execution execution;

  Tuning(LossModel model, Calibration calibration, TuningSettings settings, Execution execution) {
    this.model = model;
    this.calibration = calibration;
    this.settings = settings;
    this.execution = execution;
  }

  /**
   * Sets S, the share of zeros over all chosen linears together.
   *
   * @param sparsity in [0, 1); 0.7 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is outside
   */
  public Tuning withSparsity(double sparsity) {
    return with(settings.withSparsity(sparsity));
  }

  /**
   * Fixes λ, how far a block's sparsity may leave S.
   *
   * @param lambda in [0, 1)
   * @return a new stage
   * @throws IllegalArgumentException if it is outside
   */
  public Tuning withLambda(double lambda) {
    return withLambdas(lambda, lambda);
  }

  /**
   * Lets the search choose λ.
   *
   * @param least the least, in [0, 1); 0.08 unless set
   * @param most the largest, from {@code least} to 1, exclusive; 0.08 unless set
   * @return a new stage
   * @throws IllegalArgumentException if one is outside
   */
  public Tuning withLambdas(double least, double most) {
    return with(settings.withLambdas(least, most));
  }

  /**
   * Sets the thresholds M to try for allocators that look at outlier ratios. All are counted in one
   * pass.
   *
   * @param thresholds above 0 and finite, at least one; 3, 5, 7 and 10 unless set
   * @return a new stage
   * @throws IllegalArgumentException if there is none or one is not
   */
  public Tuning withOutlierThresholds(double... thresholds) {
    return with(settings.withOutlierThresholds(Arrays.stream(thresholds).boxed().toList()));
  }

  /**
   * Sets what is tried alone and mixed.
   *
   * @param allocators at least one; the measuring ones and depth unless set. Blocks are the units,
   *     whatever an allocator would choose
   * @return a new stage
   * @throws IllegalArgumentException if there is none
   */
  public Tuning withAllocators(Allocator... allocators) {
    return with(settings.withAllocators(List.of(allocators)));
  }

  /**
   * Narrows the linears that lose weights; S is over the chosen ones.
   *
   * @param glob matched against {@code block.linear}, such as {@code *.mlp.*}; all unless set
   * @return a new stage
   * @throws IllegalArgumentException if the glob is malformed or matches nothing
   */
  public Tuning withLinears(String glob) {
    LinearChoice linears = new LinearChoice(glob);
    linears.requireAny(model);
    return with(settings.withLinears(linears));
  }

  /**
   * Sets how many candidates are tried at most.
   *
   * @param candidates at least 1; 40 unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Tuning withCandidates(int candidates) {
    return with(settings.withCandidates(candidates));
  }

  /**
   * Sets how long mixtures are tried. Measurements and the allocators alone come first and are not
   * cut short.
   *
   * @param limit no mixture is begun later than this after the start; positive; endless unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is not positive
   */
  public Tuning withTimeLimit(Duration limit) {
    return with(settings.withTimeLimit(limit));
  }

  /**
   * Sets the number of threads. It does not change the result, unless a time limit ends the search.
   *
   * @param threads at least 1; all processors unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is below 1
   */
  public Tuning withThreads(int threads) {
    return new Tuning(model, calibration, settings, execution.withThreads(threads));
  }

  /**
   * Sets how many bytes of hidden states stay in memory; larger ones go to a temporary file.
   *
   * @param bytes at least 0; half of the JVM's heap limit unless set
   * @return a new stage
   * @throws IllegalArgumentException if it is negative
   */
  public Tuning withHiddenStateMemory(long bytes) {
    return new Tuning(model, calibration, settings, execution.withHiddenStateBytes(bytes));
  }

  /**
   * Sets how hidden states lie in the file, if they go there.
   *
   * @param type float32 unless set; bfloat16 takes half the room and changes the result a little
   * @return a new stage
   */
  public Tuning withHiddenStateType(HiddenStateType type) {
    return new Tuning(
        model, calibration, settings, execution.withHiddenStateType(Objects.requireNonNull(type)));
  }

  /**
   * Sets who is told how far the search has come.
   *
   * @param progress nobody unless set
   * @return a new stage
   */
  public Tuning withProgress(Progress progress) {
    return new Tuning(
        model, calibration, settings, execution.withProgress(Objects.requireNonNull(progress)));
  }

  private Tuning with(TuningSettings next) {
    return new Tuning(model, calibration, next, execution);
  }

  /**
   * What the search will take at most, told before it runs.
   *
   * @return passes and reads
   * @throws IllegalArgumentException if the calibration has fewer than 2 sequences
   */
  public JudgingCost cost() {
    return JudgingCost.of(model, calibration.draw().sequences(), settings);
  }

  /**
   * Searches; the model stays dense.
   *
   * @return all candidates and the best one's plan
   * @throws IllegalArgumentException if the calibration has fewer than 2 sequences, or measurements
   *     cannot be mapped, naming the block
   * @throws ArithmeticException if weights or activations are NaN or infinite, naming the linear
   */
  public Tuned search() {
    try (Run run = Run.open(model, calibration, execution)) {
      return run.guarded(
          () -> {
            Tuner tuner = new Tuner(run, settings);
            run.expect(pieces(run));
            return tuner.search();
          });
    }
  }

  private long pieces(Run run) {
    JudgingCost cost = JudgingCost.of(model, run.sequences(), settings);
    List<int[]> scoring = JudgingSplit.of(run.sequences()).scoring();
    long forwards = Math.round(cost.passes() * model.blocks().size());
    return DensePass.pieces(model, scoring)
        + new JudgedLoss.Work(forwards, cost.losses(), 0).pieces(cost.judgingSequences());
  }
}
