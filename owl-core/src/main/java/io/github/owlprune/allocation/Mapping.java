package io.github.owlprune.allocation;

import java.util.List;

/** The mapping from an allocator's raw sparsities to those that are applied. */
public enum Mapping {
  /**
   * The default, as the paper's text specifies: every sparsity lies in {@code [S − λ, S + λ]} and
   * the weighted mean is exactly S. {@code s_b = clip(r_b + c, lo, hi)} with the unique shift c
   * that meets the budget, so the order is preserved.
   */
  BOUNDED {
    @Override
    double[] project(double[] raw, List<AllocationUnit> units, Budget budget, double highest) {
      double s = budget.sparsity();
      double lo = Math.max(0, s - budget.lambda());
      double hi = Math.min(highest, s + budget.lambda());
      return new BudgetedBox(lo, hi, s).project(raw, units);
    }
  },
  /**
   * The authors' formula, unchanged: a spread of exactly 2λ around an unweighted mean. A sparsity
   * may lie outside the box; one outside [0, 1) is rejected.
   */
  REFERENCE {
    @Override
    double[] project(double[] raw, List<AllocationUnit> units, Budget budget, double highest) {
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
   * @param raw an allocator's result, one value per unit
   * @param units the units
   * @param budget the budget the allocation must meet
   * @param highest the highest sparsity that leaves at least one weight in every row, {@code 1 −
   *     1/(narrowest input)}
   * @return one sparsity per unit
   * @throws IllegalArgumentException if there is not one raw value per unit, a raw value is not
   *     finite, S is above {@code highest}, or a result is outside [0, 1)
   */
  public final double[] map(
      double[] raw, List<AllocationUnit> units, Budget budget, double highest) {
    if (raw.length != units.size()) {
      throw new IllegalArgumentException(
          raw.length
              + " raw sparsities were given for "
              + units.size()
              + " units; give one per unit");
    }
    for (int b = 0; b < raw.length; b++) {
      if (!Double.isFinite(raw[b])) {
        throw new IllegalArgumentException(
            "the raw sparsity of " + units.get(b).name() + " is " + raw[b] + "; it must be finite");
      }
    }
    if (budget.sparsity() > highest) {
      throw new IllegalArgumentException(
          "a sparsity of "
              + budget.sparsity()
              + " would leave rows of the narrowest linear without weights; use at most "
              + highest);
    }
    return project(raw, units, budget, highest);
  }

  abstract double[] project(
      double[] raw, List<AllocationUnit> units, Budget budget, double highest);
}
