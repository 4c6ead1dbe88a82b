package io.github.owlprune.tuning;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.measure.OutlierThreshold;
import io.github.owlprune.model.LinearSelection;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a search.
 *
 * @param sparsity S
 * @param leastLambda the smallest λ
 * @param mostLambda the largest λ
 * @param outlierThresholds the thresholds M to try for allocators that use outlier ratios
 * @param allocators the allocators to try alone and mixed
 * @param linears the linears that lose weights
 * @param candidates the maximum number of candidates
 * @param timeLimit the time after which no mixture is started
 */
public record TuningSettings(
    double sparsity,
    double leastLambda,
    double mostLambda,
    List<Double> outlierThresholds,
    List<Allocator> allocators,
    LinearSelection linears,
    int candidates,
    Duration timeLimit) {
  /** S = 0.7, λ = 0.08, M = 3, 5, 7 and 10; sensitivity, OWL, DLP and depth; 40 candidates. */
  public static final TuningSettings DEFAULT =
      new TuningSettings(
          0.7,
          0.08,
          0.08,
          List.of(3.0, 5.0, 7.0, 10.0),
          List.of(Allocator.sensitivity(), Allocator.owl(), Allocator.dlp(), Allocator.depth()),
          new LinearSelection(LinearSelection.ALL),
          40,
          Duration.ofDays(365));

  /**
   * Checks the settings.
   *
   * @param sparsity S
   * @param leastLambda the smallest λ
   * @param mostLambda the largest λ
   * @param outlierThresholds the thresholds M to try for allocators that use outlier ratios
   * @param allocators the allocators to try alone and mixed
   * @param linears the linears that lose weights
   * @param candidates the maximum number of candidates
   * @param timeLimit the time after which no mixture is started
   * @throws IllegalArgumentException if a value is outside its range or a list is empty
   */
  public TuningSettings {
    Budget least = new Budget(sparsity, leastLambda, Mapping.BOUNDED);
    Budget most = new Budget(sparsity, mostLambda, Mapping.BOUNDED);
    if (least.lambda() > most.lambda()) {
      throw new IllegalArgumentException(
          "lambda from "
              + leastLambda
              + " to "
              + mostLambda
              + " was given; the first must not be the larger");
    }
    outlierThresholds = List.copyOf(outlierThresholds);
    outlierThresholds.forEach(OutlierThreshold::require);
    allocators = List.copyOf(allocators);
    if (outlierThresholds.isEmpty() || allocators.isEmpty()) {
      throw new IllegalArgumentException(
          "no " + (allocators.isEmpty() ? "allocator" : "threshold M") + " was given to try");
    }
    if (candidates < 1) {
      throw new IllegalArgumentException(
          candidates + " candidates were requested; at least 1 is needed");
    }
    if (timeLimit.isNegative() || timeLimit.isZero()) {
      throw new IllegalArgumentException(
          "a time limit of " + timeLimit + " was given; it must be positive");
    }
  }

  /**
   * Changes S.
   *
   * @param s the new value
   * @return a copy
   */
  public TuningSettings withSparsity(double s) {
    return new TuningSettings(
        s, leastLambda, mostLambda, outlierThresholds, allocators, linears, candidates, timeLimit);
  }

  /**
   * Changes the range of λ.
   *
   * @param least the new smallest value
   * @param most the new largest value
   * @return a copy
   */
  public TuningSettings withLambda(double least, double most) {
    return new TuningSettings(
        sparsity, least, most, outlierThresholds, allocators, linears, candidates, timeLimit);
  }

  /**
   * Changes the thresholds M.
   *
   * @param thresholds the new thresholds
   * @return a copy
   */
  public TuningSettings withOutlierThresholds(List<Double> thresholds) {
    return new TuningSettings(
        sparsity, leastLambda, mostLambda, thresholds, allocators, linears, candidates, timeLimit);
  }

  /**
   * Changes the allocators.
   *
   * @param tried the new allocators
   * @return a copy
   */
  public TuningSettings withAllocators(List<Allocator> tried) {
    return new TuningSettings(
        sparsity,
        leastLambda,
        mostLambda,
        outlierThresholds,
        tried,
        linears,
        candidates,
        timeLimit);
  }

  /**
   * Changes the selected linears.
   *
   * @param chosen the new selection
   * @return a copy
   */
  public TuningSettings withLinears(LinearSelection chosen) {
    return new TuningSettings(
        sparsity,
        leastLambda,
        mostLambda,
        outlierThresholds,
        allocators,
        chosen,
        candidates,
        timeLimit);
  }

  /**
   * Changes the maximum number of candidates.
   *
   * @param count the new value
   * @return a copy
   */
  public TuningSettings withCandidates(int count) {
    return new TuningSettings(
        sparsity,
        leastLambda,
        mostLambda,
        outlierThresholds,
        allocators,
        linears,
        count,
        timeLimit);
  }

  /**
   * Changes the time limit.
   *
   * @param limit the new value
   * @return a copy
   */
  public TuningSettings withTimeLimit(Duration limit) {
    return new TuningSettings(
        sparsity,
        leastLambda,
        mostLambda,
        outlierThresholds,
        allocators,
        linears,
        candidates,
        limit);
  }
}
