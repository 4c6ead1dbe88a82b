package io.github.owlprune.allocation;

import java.util.List;

/**
 * AlphaPruning (arXiv 2410.10912, section 3): the lower the exponent α of a unit's spectrum, the
 * heavier its tail, the better trained it is and the less it loses. Importance is {@code I_b =
 * −α_b}, stretched to a range of 2λ.
 *
 * <p>The paper maps exponents linearly too, but multiplies by what meets the budget: {@code s_b = η
 * · ((α_b − min α)/(max α − min α) · 2τ + 1 − τ)}. So its spread is {@code 2τη}, which the budget
 * decides, with η near S; here it is 2λ, which the caller decides, and the mapping meets the budget
 * by a shift. λ stands for τ · S: the paper's τ = 0.3 at S = 0.7 is about λ = 0.21.
 */
final class AlphaAllocator implements Allocator {
  @Override
  public String name() {
    return "alpha";
  }

  @Override
  public Measurement measurement() {
    return Measurement.SPECTRAL_EXPONENTS;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] importances = units.stream().mapToDouble(u -> -u.measured()).toArray();
    return Stretch.sparsities(importances, units, target);
  }
}
