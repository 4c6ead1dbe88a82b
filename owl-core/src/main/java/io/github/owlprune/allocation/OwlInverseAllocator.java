package io.github.owlprune.allocation;

import io.github.owlprune.measure.Measurement;
import java.util.List;

/** Inverse OWL: {@code 2S − s_b}. */
final class OwlInverseAllocator implements Allocator {
  private final OwlAllocator owl = new OwlAllocator();

  @Override
  public String name() {
    return "owl-inverse";
  }

  @Override
  public Measurement measurement() {
    return owl.measurement();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] raw = owl.rawSparsities(units, budget);
    for (int b = 0; b < raw.length; b++) {
      raw[b] = 2 * budget.sparsity() - raw[b];
    }
    return raw;
  }
}
