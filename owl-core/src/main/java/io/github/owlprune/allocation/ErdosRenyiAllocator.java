package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * Erdős–Rényi (SET, arXiv 1707.04780): a linear's density is proportional to {@code (out + in) /
 * (out · in)}, so small and oblong linears stay denser. For a unit of several linears both sums run
 * over them:
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
    return Measurement.NONE;
  }

  @Override
  public Granularity granularity() {
    return Granularity.LINEAR;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double weights = units.stream().mapToLong(Unit::weights).sum();
    double[] density = densities(units, (1 - target.sparsity()) * weights);
    return Arrays.stream(density).map(d -> 1 - d).toArray();
  }

  /**
   * The densities that keep so many weights.
   *
   * @return a density for each unit, which may be above 1
   */
  static double[] densities(List<Unit> units, double kept) {
    double epsilon = kept / units.stream().mapToLong(Unit::neurons).sum();
    return units.stream().mapToDouble(u -> epsilon * u.neurons() / u.weights()).toArray();
  }
}
