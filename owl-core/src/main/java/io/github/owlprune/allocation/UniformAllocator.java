package io.github.owlprune.allocation;

import io.github.owlprune.measure.Measurement;
import java.util.Arrays;
import java.util.List;

/** The same sparsity for every unit: {@code s_b = S}. */
final class UniformAllocator implements Allocator {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public Measurement measurement() {
    return Measurement.none();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] raw = new double[units.size()];
    Arrays.fill(raw, budget.sparsity());
    return raw;
  }
}
