package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.Target;
import java.time.Duration;
import java.util.List;

/**
 * What a search may try, and how long.
 *
 * @param sparsity S
 * @param leastLambda the least λ
 * @param mostLambda the largest λ
 * @param outlierThresholds M for allocators that look at outlier ratios, each tried
 * @param allocators what is tried alone and mixed
 * @param linears the linears that lose weights
 * @param candidates how many are tried at most
 * @param timeLimit no mixture is begun after it
 */
record TuningSettings(
    double sparsity,
    double leastLambda,
    double mostLambda,
    List<Double> outlierThresholds,
    List<Allocator> allocators,
    LinearChoice linears,
    int candidates,
    Duration timeLimit) {
  static final TuningSettings DEFAULT =
      new TuningSettings(
          0.7,
          0.08,
          0.08,
          List.of(3.0, 5.0, 7.0, 10.0),
          List.of(Allocator.sensitivity(), Allocator.owl(), Allocator.dlp(), Allocator.depth()),
          new LinearChoice(LinearChoice.ALL),
          40,
          Duration.ofDays(365));

  TuningSettings {
    Target least = new Target(sparsity, leastLambda, Mapping.BOUNDED);
    Target most = new Target(sparsity, mostLambda, Mapping.BOUNDED);
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
          candidates + " candidates were asked for; 1 or more are needed");
    }
    if (timeLimit.isNegative() || timeLimit.isZero()) {
      throw new IllegalArgumentException(
          "a time limit of " + timeLimit + " was given; it must be positive");
    }
  }

  TuningSettings withSparsity(double s) {
    return new TuningSettings(
        s, leastLambda, mostLambda, outlierThresholds, allocators, linears, candidates, timeLimit);
  }

  TuningSettings withLambdas(double least, double most) {
    return new TuningSettings(
        sparsity, least, most, outlierThresholds, allocators, linears, candidates, timeLimit);
  }

  TuningSettings withOutlierThresholds(List<Double> thresholds) {
    return new TuningSettings(
        sparsity, leastLambda, mostLambda, thresholds, allocators, linears, candidates, timeLimit);
  }

  TuningSettings withAllocators(List<Allocator> tried) {
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

  TuningSettings withLinears(LinearChoice chosen) {
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

  TuningSettings withCandidates(int count) {
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

  TuningSettings withTimeLimit(Duration limit) {
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
