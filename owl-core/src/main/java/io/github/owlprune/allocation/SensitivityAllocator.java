package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * By what pruning really costs: the importance of a unit is the logarithm of what the loss falls
 * when it alone is spared in a model that is pruned evenly to S. If a unit's share of the loss
 * grows with its sparsity s as {@code a_b · e^(k s)}, the sum over all units is least on a budget
 * where {@code s_b = c − ln(a_b) / k}: the logarithms give the optimum's shape, and λ stands for
 * the slope k.
 */
final class SensitivityAllocator implements Allocator {
  /**
   * Of the median fall. Sparing a unit can even raise the loss; what lies below this is noise and
   * must not stretch the logarithms.
   */
  private static final double FLOOR = 0.25;

  @Override
  public String name() {
    return "sensitivity";
  }

  @Override
  public Measurement measurement() {
    return Measurement.LOSS_FALLS;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] falls = units.stream().mapToDouble(Unit::measured).toArray();
    double[] sorted = Arrays.stream(falls).map(f -> Math.max(f, 0)).sorted().toArray();
    double floor = Math.max(FLOOR * sorted[sorted.length / 2], Double.MIN_NORMAL);
    double[] importances = Arrays.stream(falls).map(f -> Math.log(Math.max(f, floor))).toArray();
    return Stretch.sparsities(importances, units, target);
  }
}
