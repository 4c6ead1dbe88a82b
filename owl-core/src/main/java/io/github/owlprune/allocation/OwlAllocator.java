package io.github.owlprune.allocation;

import java.util.List;

/**
 * OWL (arXiv 2310.05175, section 3.2): the importance of a unit is its outlier ratio D.
 *
 * @param name {@code owl}, or {@code owl-per-linear} for the paper's ablation
 * @param granularity what gets a sparsity of its own
 */
record OwlAllocator(String name, Granularity granularity) implements Allocator {
  OwlAllocator() {
    this("owl", Granularity.BLOCK);
  }

  @Override
  public Measurement measurement() {
    return Measurement.OUTLIER_RATIOS;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] ratios = units.stream().mapToDouble(Unit::measured).toArray();
    return Stretch.sparsities(ratios, units, target);
  }
}
