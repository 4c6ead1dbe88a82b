package io.github.owlprune.allocation;

import io.github.owlprune.measure.Measurement;
import java.util.Arrays;
import java.util.List;

/**
 * Allocation by the measured cost of pruning: the mean of two profiles, each with a range of 2λ.
 *
 * <p>The first is the logarithm of the loss increase when only this unit is pruned to S. If a
 * unit's contribution to the loss grows with its sparsity s as {@code a_b · e^(k s)}, the total
 * under a budget is minimal at {@code s_b = c − ln(a_b) / k}. The logarithms thus give the shape of
 * the optimum, and λ takes the place of the slope k.
 *
 * <p>The second is linear in depth. The increase is measured with all later units dense, but in the
 * final model a unit's error passes through units that are pruned too, and the earlier the unit,
 * the more of them there are.
 */
final class SensitivityAllocator implements Allocator {
  /**
   * Lower bound of an increase, as a fraction of the median. Pruning a unit can even lower the
   * loss; smaller values are noise and must not stretch the logarithms.
   */
  private static final double FLOOR = 0.25;

  private static final Allocator DEPTH = new DepthAllocator();

  @Override
  public String name() {
    return "sensitivity";
  }

  @Override
  public Measurement measurement() {
    return Measurement.lossRises();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] raw = byRise(units, budget);
    double[] byDepth = DEPTH.rawSparsities(units, budget);
    for (int b = 0; b < raw.length; b++) {
      raw[b] = (raw[b] + byDepth[b]) / 2;
    }
    return raw;
  }

  private static double[] byRise(List<AllocationUnit> units, Budget budget) {
    double[] rises = units.stream().mapToDouble(AllocationUnit::measured).toArray();
    double[] sorted = Arrays.stream(rises).map(r -> Math.max(r, 0)).sorted().toArray();
    double floor = Math.max(FLOOR * sorted[sorted.length / 2], Double.MIN_NORMAL);
    double[] importances = Arrays.stream(rises).map(r -> Math.log(Math.max(r, floor))).toArray();
    return Stretch.sparsities(importances, units, budget);
  }
}
