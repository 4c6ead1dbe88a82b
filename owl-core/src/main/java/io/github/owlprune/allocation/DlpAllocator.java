package io.github.owlprune.allocation;

import io.github.owlprune.measure.Measurement;
import java.util.List;

/**
 * DLP (arXiv 2505.23807): the importance of a unit decreases with the median U of its scores,
 * {@code I_b = 1 − U_b / Σ U}. The paper's α is called λ here. Once stretched to a range of 2λ,
 * this is equivalent to {@code I_b = −U_b}.
 */
final class DlpAllocator implements Allocator {
  @Override
  public String name() {
    return "dlp";
  }

  @Override
  public Measurement measurement() {
    return Measurement.medianScores();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] importances = units.stream().mapToDouble(u -> -u.measured()).toArray();
    return Stretch.sparsities(importances, units, budget);
  }
}
