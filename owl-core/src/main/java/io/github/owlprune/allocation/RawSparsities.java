package io.github.owlprune.allocation;

import java.util.List;

/** Checks the result of an allocator, which may be user code, against its contract. */
public final class RawSparsities {
  private RawSparsities() {}

  /**
   * Calls an allocator and checks what it returns.
   *
   * @param allocator the allocator
   * @param units the units
   * @param budget the budget
   * @return a finite sparsity for each unit
   * @throws IllegalArgumentException if the allocator returned anything else, naming it
   */
  public static double[] of(Allocator allocator, List<AllocationUnit> units, Budget budget) {
    double[] raw = allocator.rawSparsities(units, budget);
    String who = "the allocator " + allocator.name();
    if (raw == null) {
      throw new IllegalArgumentException(
          who + " returned null; it must return one sparsity per unit");
    }
    if (raw.length != units.size()) {
      String last = units.get(units.size() - 1).name();
      throw new IllegalArgumentException(
          who
              + " returned "
              + raw.length
              + " sparsities for the "
              + units.size()
              + " units from "
              + units.get(0).name()
              + " to "
              + last
              + "; it must return one per unit");
    }
    for (int u = 0; u < raw.length; u++) {
      if (!Double.isFinite(raw[u])) {
        throw new IllegalArgumentException(
            who
                + " returned for "
                + units.get(u).name()
                + " the sparsity "
                + raw[u]
                + "; it must be finite, but may lie outside the box");
      }
    }
    return raw;
  }
}
