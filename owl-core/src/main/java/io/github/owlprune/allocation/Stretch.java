package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * OWL's map (arXiv 2310.05175, section 3.2), which its successors share: importances I stretched to
 * a range of 2λ give the densities, centred on 1 − S.
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
   * @param importances one for each unit: the higher, the less it loses
   * @param units the units, for messages
   * @throws IllegalArgumentException if an importance is not finite, naming the unit, or if all are
   *     equal and the mapping is the reference's, which would divide by zero
   */
  static double[] sparsities(double[] importances, List<Unit> units, Target target) {
    for (int b = 0; b < importances.length; b++) {
      if (!Double.isFinite(importances[b])) {
        throw new IllegalArgumentException(
            units.get(b).name()
                + " was measured as "
                + units.get(b).measured()
                + ", from which no sparsity can be made");
      }
    }
    double min = Arrays.stream(importances).min().orElseThrow();
    double max = Arrays.stream(importances).max().orElseThrow();
    if (max == min) {
      return withoutSpread(units, target);
    }
    double[] r = new double[importances.length];
    for (int b = 0; b < r.length; b++) {
      r[b] = (importances[b] - min) / (max - min) * 2 * target.lambda();
    }
    // Summed in sorted order, so that the order of the units changes no bit of the result.
    double mean = Arrays.stream(r).sorted().sum() / r.length;
    for (int b = 0; b < r.length; b++) {
      r[b] = 1 - (r[b] - mean + (1 - target.sparsity()));
    }
    return r;
  }

  /** Equal importances say nothing about who should lose more; the formula divides by zero. */
  private static double[] withoutSpread(List<Unit> units, Target target) {
    if (target.mapping() == Mapping.REFERENCE && target.lambda() > 0) {
      throw new IllegalArgumentException(
          "all "
              + units.size()
              + " units were measured as "
              + units.get(0).measured()
              + ", which the reference mapping cannot spread over lambda = "
              + target.lambda()
              + "; use the bounded mapping, lambda = 0, another threshold M or the uniform"
              + " allocator");
    }
    double[] raw = new double[units.size()];
    Arrays.fill(raw, target.sparsity());
    return raw;
  }
}
