package io.github.owlprune.allocation;

import java.util.List;

/**
 * A straight line over the units in the model's order, the first the densest: {@code s_b = S + (2b
 * / (B − 1) − 1) · λ} for b from 0 to B − 1. It measures nothing, so whatever measures should do
 * better.
 */
final class DepthAllocator implements Allocator {
  @Override
  public String name() {
    return "depth";
  }

  @Override
  public Measurement measurement() {
    return Measurement.NONE;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] raw = new double[units.size()];
    double last = raw.length - 1;
    for (int b = 0; b < raw.length; b++) {
      double slope = last == 0 ? 0 : 2 * b / last - 1;
      raw[b] = target.sparsity() + slope * target.lambda();
    }
    return raw;
  }
}
