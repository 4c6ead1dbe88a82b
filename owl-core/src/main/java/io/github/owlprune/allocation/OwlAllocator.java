package io.github.owlprune.allocation;

import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import java.util.List;

/**
 * OWL (arXiv 2310.05175, section 3.2): the importance of a unit is its outlier ratio D.
 *
 * @param name {@code owl}, or {@code owl-per-linear} for the paper's ablation
 * @param granularity the kind of unit that gets its own sparsity
 */
record OwlAllocator(String name, Granularity granularity) implements Allocator {
  OwlAllocator() {
    this("owl", Granularity.BLOCK);
  }

  @Override
  public Measurement measurement() {
    return Measurement.outlierRatios();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] ratios = units.stream().mapToDouble(AllocationUnit::measured).toArray();
    return Stretch.sparsities(ratios, units, budget);
  }
}
