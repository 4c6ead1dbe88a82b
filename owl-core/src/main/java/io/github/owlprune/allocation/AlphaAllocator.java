package io.github.owlprune.allocation;

import io.github.owlprune.measure.Measurement;
import java.util.List;

/**
 * AlphaPruning (arXiv 2410.10912, section 3): the lower the exponent α of a unit's spectrum, the
 * heavier its tail, the better trained it is and the less it is pruned. The importance is {@code
 * I_b = −α_b}, stretched to a range of 2λ.
 *
 * <p>The paper also maps exponents linearly, but meets the budget with a factor η: {@code s_b = η ·
 * ((α_b − min α)/(max α − min α) · 2τ + 1 − τ)}. Its spread is therefore {@code 2τη}, set by the
 * budget, with η close to S. Here the spread is 2λ, set by the caller, and the mapping meets the
 * budget with a shift. λ corresponds to τ · S: the paper's τ = 0.3 at S = 0.7 is about λ = 0.21.
 */
final class AlphaAllocator implements Allocator {
  @Override
  public String name() {
    return "alpha";
  }

  @Override
  public Measurement measurement() {
    return Measurement.spectralExponents();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] importances = units.stream().mapToDouble(u -> -u.measured()).toArray();
    return Stretch.sparsities(importances, units, budget);
  }
}
