package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * OWL (arXiv 2310.05175, section 3.2): the outlier ratios D stretched to a range of 2λ give the
 * densities, centred on 1 − S:
 *
 * <pre>
 *   r_b = (D_b − min D) / (max D − min D) · 2λ
 *   s_b = 1 − (r_b − mean r + 1 − S)
 * </pre>
 */
final class OwlAllocator implements Allocator {
  @Override
  public String name() {
    return "owl";
  }

  @Override
  public Measurement measurement() {
    return Measurement.OUTLIER_RATIOS;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] d = units.stream().mapToDouble(Unit::measured).toArray();
    double min = Arrays.stream(d).min().orElseThrow();
    double max = Arrays.stream(d).max().orElseThrow();
    if (max == min) {
      return withoutSpread(units.size(), min, target);
    }
    double[] r = new double[d.length];
    for (int b = 0; b < d.length; b++) {
      r[b] = (d[b] - min) / (max - min) * 2 * target.lambda();
    }
    // Summed in sorted order, so that the order of the units changes no bit of the result.
    double mean = Arrays.stream(r).sorted().sum() / r.length;
    for (int b = 0; b < d.length; b++) {
      r[b] = 1 - (r[b] - mean + (1 - target.sparsity()));
    }
    return r;
  }

  /** Equal ratios say nothing about who should lose more; the paper's formula divides by zero. */
  private static double[] withoutSpread(int units, double ratio, Target target) {
    if (target.mapping() == Mapping.REFERENCE && target.lambda() > 0) {
      throw new IllegalArgumentException(
          "all "
              + units
              + " outlier ratios are "
              + ratio
              + ", which the reference mapping cannot spread over lambda = "
              + target.lambda()
              + "; use the bounded mapping, lambda = 0, another threshold M or the uniform"
              + " allocator");
    }
    double[] raw = new double[units];
    Arrays.fill(raw, target.sparsity());
    return raw;
  }
}
