package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.MixedPattern;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import io.github.owlprune.plan.PlanMaker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of an allocation. Only a copy that nobody else has seen yet is changed. */
final class AllocationSettings {
  double sparsity = 0.7;
  boolean sparsityGiven;
  double lambda = 0.08;
  double outlierThreshold = 5;
  @Nullable Granularity granularity;
  @Nullable Allocator allocator;
  Mapping mapping = Mapping.BOUNDED;
  Sparsity.@Nullable NOfM pattern;
  @Nullable MixedPattern mixed;
  LinearSelection linears = new LinearSelection(LinearSelection.ALL);
  boolean denseActivations;

  /** Returns a changed copy; rejects settings that contradict each other. */
  AllocationSettings with(Model model, Consumer<AllocationSettings> change) {
    AllocationSettings next = new AllocationSettings();
    next.sparsity = sparsity;
    next.sparsityGiven = sparsityGiven;
    next.lambda = lambda;
    next.outlierThreshold = outlierThreshold;
    next.granularity = granularity;
    next.allocator = allocator;
    next.mapping = mapping;
    next.pattern = pattern;
    next.mixed = mixed;
    next.linears = linears;
    next.denseActivations = denseActivations;
    change.accept(next);
    next.check(model);
    return next;
  }

  Granularity granularity() {
    return granularity == null ? allocator().granularity() : granularity;
  }

  Allocator allocator() {
    if (allocator != null) {
      return allocator;
    }
    return pattern == null ? Allocator.owl() : Allocator.uniform();
  }

  double sparsity() {
    return pattern == null ? sparsity : pattern.zeros();
  }

  PlanMaker planMaker() {
    return new PlanMaker(
        allocator(),
        granularity(),
        new Budget(sparsity(), lambda, mapping),
        outlierThreshold,
        pattern,
        mixed);
  }

  /** Returns everything that decides the result of a run, by name. */
  Map<String, String> ofRun(Compressor compressor) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("allocator", allocator().name());
    settings.put("measurement", allocator().measurement().name());
    settings.put("granularity", String.valueOf(granularity()));
    settings.put("sparsity", String.valueOf(sparsity()));
    settings.put("lambda", String.valueOf(lambda));
    settings.put("M", String.valueOf(outlierThreshold));
    settings.put("mapping", String.valueOf(mapping));
    settings.put("pattern", String.valueOf(pattern));
    settings.put("mixed pattern", String.valueOf(mixed));
    settings.put("linears", linears.toString());
    settings.put("pruner", compressor.settings());
    return settings;
  }

  /** Rejects settings that contradict each other, in whatever order they were given. */
  private void check(Model model) {
    Budget budget = new Budget(sparsity, lambda, mapping);
    if (mixed != null) {
      checkMixed(model, mixed);
    } else if (pattern != null) {
      checkPattern(model, pattern, budget);
    }
  }

  private void checkPattern(Model model, Sparsity.NOfM window, Budget budget) {
    if (sparsityGiven && Math.abs(budget.sparsity() - window.zeros()) > 1e-12) {
      throw new IllegalArgumentException(
          "the pattern "
              + window
              + " has a sparsity of "
              + window.zeros()
              + ", but "
              + sparsity
              + " was requested; omit one of the two");
    }
    if (allocator != null && !allocator.name().equals(Allocator.uniform().name())) {
      throw new IllegalArgumentException(
          "the pattern "
              + window
              + " gives every linear the same sparsity, so the allocator "
              + allocator.name()
              + " has nothing to decide; use the uniform allocator or no pattern");
    }
    requireFit(model, window);
  }

  private void checkMixed(Model model, MixedPattern windows) {
    if (pattern != null) {
      throw new IllegalArgumentException(
          "the pattern "
              + pattern
              + " for all and a mixed pattern with windows of "
              + windows.of()
              + " were both requested; omit one of the two");
    }
    windows.requireReachable(sparsity);
    requireFit(model, new Sparsity.NOfM(1, windows.of()));
  }

  private void requireFit(Model model, Sparsity.NOfM window) {
    for (Block block : model.blocks()) {
      for (Linear linear : linears.of(block)) {
        try {
          RowPruning.checkFits(window, linear.inputs());
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              LinearRef.of(block, linear) + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
