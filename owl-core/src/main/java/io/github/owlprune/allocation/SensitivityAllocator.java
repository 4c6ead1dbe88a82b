package io.github.owlprune.allocation;

import java.util.Arrays;
import java.util.List;

/**
 * By what pruning really costs: the importance of a unit is the logarithm of the rise of the loss
 * when it alone is pruned to S. If the loss rises as {@code a_b · e^(k s)} in each unit's sparsity
 * s, the sum over all units is least on a budget where {@code s_b = c − ln(a_b) / k}: the
 * logarithms give the optimum's shape, and λ stands for the slope k.
 */
final class SensitivityAllocator implements Allocator {
  private static final double FLOOR = 0.01; // of the median rise: a rise may be 0 or below

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
    double[] rises = units.stream().mapToDouble(Unit::measured).toArray();
    double[] sorted = Arrays.stream(rises).map(r -> Math.max(r, 0)).sorted().toArray();
    double median = sorted[sorted.length / 2];
    double floor = median > 0 ? FLOOR * median : Double.MIN_NORMAL;
    double[] importances = Arrays.stream(rises).map(r -> Math.log(Math.max(r, floor))).toArray();
    return Stretch.sparsities(importances, units, target);
  }
}
