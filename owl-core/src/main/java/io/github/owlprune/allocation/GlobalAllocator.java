package io.github.owlprune.allocation;

import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import java.util.List;

/**
 * One threshold for all scores of the model (a baseline of arXiv 2310.05175, section 4.1): the
 * sparsity of a unit is the fraction of its weights among the S · N lowest of all N scores.
 */
final class GlobalAllocator implements Allocator {
  @Override
  public String name() {
    return "global";
  }

  @Override
  public Measurement measurement() {
    return Measurement.globalShares();
  }

  @Override
  public Granularity granularity() {
    return Granularity.LINEAR;
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    return units.stream().mapToDouble(AllocationUnit::measured).toArray();
  }
}
