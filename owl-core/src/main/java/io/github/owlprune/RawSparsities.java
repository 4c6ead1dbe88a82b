package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Target;
import io.github.owlprune.allocation.Unit;
import java.util.List;

/** The allocator may be the user's own: what it gives is held against what it promised. */
final class RawSparsities {
  private RawSparsities() {}

  static double[] of(Allocator allocator, List<Unit> units, Target target) {
    double[] raw = allocator.rawSparsities(units, target);
    String who = "the allocator " + allocator.name();
    if (raw == null) {
      throw new IllegalArgumentException(who + " gave null; it must give a sparsity for each unit");
    }
    if (raw.length != units.size()) {
      String last = units.get(units.size() - 1).name();
      throw new IllegalArgumentException(
          who
              + " gave "
              + raw.length
              + " sparsities for the "
              + units.size()
              + " units from "
              + units.get(0).name()
              + " to "
              + last
              + "; it must give one for each");
    }
    for (int u = 0; u < raw.length; u++) {
      if (!Double.isFinite(raw[u])) {
        throw new IllegalArgumentException(
            who
                + " gave "
                + units.get(u).name()
                + " the sparsity "
                + raw[u]
                + "; it must be finite, and may lie outside the box");
      }
    }
    return raw;
  }
}
