package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * OWL's mapping (arXiv 2310.05175, section 3.2), shared by its successors: importances I, stretched
 * to a range of 2λ and centred on 1 − S, are the densities.
 *
 * <pre>
 *   r_b = (I_b − min I) / (max I − min I) · 2λ
 *   s_b = 1 − (r_b − mean r + 1 − S)
 * </pre>
 */
final class Stretch {
  private Stretch() {}

  /**
   * Maps importances to raw sparsities.
   *
   * @param importances one per unit; the higher, the less the unit is pruned
   * @param units the units, for messages
   * @throws IllegalArgumentException if an importance is not finite (the message names the unit),
   *     or if all are equal and the reference mapping, which would divide by zero, is selected
   */
  static double[] sparsities(double[] importances, List<AllocationUnit> units, Budget budget) {
    for (int b = 0; b < importances.length; b++) {
      if (!Double.isFinite(importances[b])) {
        throw new IllegalArgumentException(
            units.get(b).name()
                + " was measured as "
                + units.get(b).measured()
                + ", but a sparsity can only be derived from a finite value");
      }
    }
    double min = Arrays.stream(importances).min().orElseThrow();
    double max = Arrays.stream(importances).max().orElseThrow();
    if (max == min) {
      return withoutSpread(units, budget);
    }
    double[] r = new double[importances.length];
    for (int b = 0; b < r.length; b++) {
      r[b] = (importances[b] - min) / (max - min) * 2 * budget.lambda();
    }
    // Summed in sorted order, so that the order of the units does not change a bit of the result.
    double mean = Arrays.stream(r).sorted().sum() / r.length;
    for (int b = 0; b < r.length; b++) {
      r[b] = 1 - (r[b] - mean + (1 - budget.sparsity()));
    }
    return r;
  }

  /** Handles equal importances, which imply no order and make the formula divide by zero. */
  private static double[] withoutSpread(List<AllocationUnit> units, Budget budget) {
    if (budget.mapping() == Mapping.REFERENCE && budget.lambda() > 0) {
      throw new IllegalArgumentException(
          "all "
              + units.size()
              + " units were measured as "
              + units.get(0).measured()
              + ", so the reference mapping cannot spread them over lambda = "
              + budget.lambda()
              + "; use the bounded mapping, lambda = 0, another threshold M or the uniform"
              + " allocator");
    }
    double[] raw = new double[units.size()];
    Arrays.fill(raw, budget.sparsity());
    return raw;
  }
}
