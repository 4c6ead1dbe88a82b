package io.github.owlprune.testkit;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.measure.Measurement;
import java.util.Arrays;
import java.util.List;

/**
 * An allocator that requests a measurement but gives every unit the same sparsity.
 *
 * @param measurement the measurement
 */
record UniformByMeasurement(Measurement measurement) implements Allocator {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] raw = new double[units.size()];
    Arrays.fill(raw, budget.sparsity());
    return raw;
  }
}
