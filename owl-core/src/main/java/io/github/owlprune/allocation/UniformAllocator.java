package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/** {@code s_b = S}. */
final class UniformAllocator implements Allocator {
  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public Measurement measurement() {
    return Measurement.NONE;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] raw = new double[units.size()];
    Arrays.fill(raw, target.sparsity());
    return raw;
  }
}
