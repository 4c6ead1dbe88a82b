package io.github.owlprune.allocation;

import io.github.owlprune.measure.Measurement;
import java.util.List;

/**
 * A sparsity that grows linearly over the units in the model's order: {@code s_b = S + (2b / (B −
 * 1) − 1) · λ} for b from 0 to B − 1. It measures nothing, so measurement-based allocators should
 * outperform it.
 */
final class DepthAllocator implements Allocator {
  @Override
  public String name() {
    return "depth";
  }

  @Override
  public Measurement measurement() {
    return Measurement.none();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] raw = new double[units.size()];
    double last = raw.length - 1;
    for (int b = 0; b < raw.length; b++) {
      double slope = last == 0 ? 0 : 2 * b / last - 1;
      raw[b] = budget.sparsity() + slope * budget.lambda();
    }
    return raw;
  }
}
