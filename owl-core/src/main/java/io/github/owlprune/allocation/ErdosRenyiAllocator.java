package io.github.owlprune.allocation;

import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import java.util.Arrays;
import java.util.List;

/**
 * Erdős–Rényi (SET, arXiv 1707.04780): a linear's density is proportional to {@code (out + in) /
 * (out · in)}, so small and oblong linears stay denser. For a unit with several linears, both sums
 * run over all of them:
 *
 * <pre>
 *   1 − s_u = ε · Σ (out + in) / Σ (out · in),   ε such that Σ n_u (1 − s_u) = (1 − S) Σ n_u
 * </pre>
 */
final class ErdosRenyiAllocator implements Allocator {
  @Override
  public String name() {
    return "er";
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
    double weights = units.stream().mapToLong(AllocationUnit::weights).sum();
    double[] density = densities(units, (1 - budget.sparsity()) * weights);
    return Arrays.stream(density).map(d -> 1 - d).toArray();
  }

  /**
   * Computes the densities at which {@code kept} weights remain.
   *
   * @return one density per unit; it may exceed 1
   */
  static double[] densities(List<AllocationUnit> units, double kept) {
    double epsilon = kept / units.stream().mapToLong(AllocationUnit::neurons).sum();
    return units.stream().mapToDouble(u -> epsilon * u.neurons() / u.weights()).toArray();
  }
}
