package io.github.owlprune.allocation;

import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import java.util.Arrays;
import java.util.List;

/**
 * ER-plus (arXiv 2202.02643): the last unit stays dense, or as dense as the budget allows, and
 * {@linkplain ErdosRenyiAllocator Erdős–Rényi} distributes the remaining weights over the others.
 */
final class ErdosRenyiPlusAllocator implements Allocator {
  @Override
  public String name() {
    return "er-plus";
  }

  @Override
  public Measurement measurement() {
    return Measurement.none();
  }

  @Override
  public Granularity granularity() {
    return Granularity.LINEAR;
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    int last = units.size() - 1;
    double kept = (1 - budget.sparsity()) * units.stream().mapToLong(AllocationUnit::weights).sum();
    double keptInLast = Math.min(kept, (double) units.get(last).weights());
    double[] raw = new double[units.size()];
    if (last > 0) {
      double[] others = ErdosRenyiAllocator.densities(units.subList(0, last), kept - keptInLast);
      System.arraycopy(Arrays.stream(others).map(d -> 1 - d).toArray(), 0, raw, 0, last);
    }
    raw[last] = 1 - keptInLast / units.get(last).weights();
    return raw;
  }
}
