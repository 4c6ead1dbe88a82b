package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * By what pruning really costs, the mean of two shapes of the range 2λ.
 *
 * <p>One is the logarithm of what the loss rises when a unit alone is pruned to S. If a unit's
 * share of the loss grows with its sparsity s as {@code a_b · e^(k s)}, the sum over all units is
 * least on a budget where {@code s_b = c − ln(a_b) / k}: the logarithms give the optimum's shape,
 * and λ stands for the slope k.
 *
 * <p>The other is a straight line over depth. The rise is measured with all that follows dense; in
 * the end what a unit does wrong passes through units that are pruned as well, and through the more
 * of them the earlier it comes.
 */
final class SensitivityAllocator implements Allocator {
  /**
   * Of the median rise. Pruning a unit can even lower the loss; what lies below this is noise and
   * must not stretch the logarithms.
   */
  private static final double FLOOR = 0.25;

  private static final Allocator DEPTH = new DepthAllocator();

  @Override
  public String name() {
    return "sensitivity";
  }

  @Override
  public Measurement measurement() {
    return Measurement.LOSS_RISES;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] raw = byRise(units, target);
    double[] byDepth = DEPTH.rawSparsities(units, target);
    for (int b = 0; b < raw.length; b++) {
      raw[b] = (raw[b] + byDepth[b]) / 2;
    }
    return raw;
  }

  private static double[] byRise(List<Unit> units, Target target) {
    double[] rises = units.stream().mapToDouble(Unit::measured).toArray();
    double[] sorted = Arrays.stream(rises).map(r -> Math.max(r, 0)).sorted().toArray();
    double floor = Math.max(FLOOR * sorted[sorted.length / 2], Double.MIN_NORMAL);
    double[] importances = Arrays.stream(rises).map(r -> Math.log(Math.max(r, floor))).toArray();
    return Stretch.sparsities(importances, units, target);
  }
}
