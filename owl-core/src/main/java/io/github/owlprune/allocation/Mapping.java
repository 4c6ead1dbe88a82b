package io.github.owlprune.allocation;

import java.util.List;

/** How an allocator's raw sparsities become the ones that are applied. */
public enum Mapping {
  /**
   * What the paper's text promises, and the default: every sparsity in {@code [S − λ, S + λ]}, and
   * the weighted mean exactly S. {@code s_b = clip(r_b + c, lo, hi)} with the one shift c that
   * meets the budget, so order is kept.
   */
  BOUNDED {
    @Override
    double[] map(double[] raw, List<Unit> units, Target target, double highest) {
      double s = target.sparsity();
      double lo = Math.max(0, s - target.lambda());
      double hi = Math.min(highest, s + target.lambda());
      return new BudgetedBox(lo, hi, s).project(raw, units);
    }
  },
  /**
   * The authors' formula alone: a spread of exactly 2λ around an unweighted mean. A sparsity may
   * leave the box; one outside [0, 1) is refused.
   */
  REFERENCE {
    @Override
    double[] map(double[] raw, List<Unit> units, Target target, double highest) {
      for (int b = 0; b < raw.length; b++) {
        if (!(raw[b] >= 0 && raw[b] < 1)) {
          throw new IllegalArgumentException(
              "the reference mapping gives "
                  + units.get(b).name()
                  + " a sparsity of "
                  + raw[b]
                  + ", outside [0, 1); use a smaller lambda or the bounded mapping");
        }
      }
      return raw.clone();
    }
  };

  /**
   * Maps raw sparsities to final ones.
   *
   * @param raw an allocator's result, one for each unit
   * @param units the units
   * @param target what the allocation has to meet
   * @param highest the highest sparsity that leaves every row a weight, {@code 1 − 1/(narrowest
   *     input)}
   * @return a sparsity for each unit
   * @throws IllegalArgumentException if a raw value is not finite, S is above {@code highest}, or
   *     the result is not a sparsity; the message names the value and the unit
   */
  public final double[] apply(double[] raw, List<Unit> units, Target target, double highest) {
    if (raw.length != units.size()) {
      throw new IllegalArgumentException(
          raw.length + " raw sparsities were given for " + units.size() + " units");
    }
    for (int b = 0; b < raw.length; b++) {
      if (!Double.isFinite(raw[b])) {
        throw new IllegalArgumentException(
            "the allocator gives " + units.get(b).name() + " the raw sparsity " + raw[b]);
      }
    }
    if (target.sparsity() > highest) {
      throw new IllegalArgumentException(
          "a sparsity of "
              + target.sparsity()
              + " would empty whole rows of the narrowest linear; at most "
              + highest
              + " is possible");
    }
    return map(raw, units, target, highest);
  }

  abstract double[] map(double[] raw, List<Unit> units, Target target, double highest);
}
