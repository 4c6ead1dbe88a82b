package io.github.owlprune.allocation;

import java.util.List;

/**
 * DLP (arXiv 2505.23807): the importance of a unit falls with the median U of its scores, {@code
 * I_b = 1 − U_b / Σ U}; its α is called λ here. Stretched to a range of 2λ, that is the same as
 * {@code I_b = −U_b}.
 */
final class DlpAllocator implements Allocator {
  @Override
  public String name() {
    return "dlp";
  }

  @Override
  public Measurement measurement() {
    return Measurement.MEDIAN_SCORES;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] importances = units.stream().mapToDouble(u -> -u.measured()).toArray();
    return Stretch.sparsities(importances, units, target);
  }
}
