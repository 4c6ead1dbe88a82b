package io.github.owlprune.allocation;

import java.util.List;

/**
 * One threshold for all scores of the model (a baseline of arXiv 2310.05175, section 4.1): a unit
 * loses the share of its weights that are among the S · N lowest scores of all N.
 */
final class GlobalAllocator implements Allocator {
  @Override
  public String name() {
    return "global";
  }

  @Override
  public Measurement measurement() {
    return Measurement.GLOBAL_SHARES;
  }

  @Override
  public Granularity granularity() {
    return Granularity.LINEAR;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    return units.stream().mapToDouble(Unit::measured).toArray();
  }
}
