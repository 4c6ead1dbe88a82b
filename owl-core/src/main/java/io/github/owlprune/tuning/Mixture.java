package io.github.owlprune.tuning;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.measure.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A weighted sum of profiles, {@code r_b = S + λ Σ_k w_k φ_k(b)}. Values outside the box are
 * clipped, so large weights push the units to its two ends.
 *
 * @param profiles the profiles
 * @param weights w, one for each profile
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Mixture(List<Profile> profiles, double[] weights) implements Allocator {
  @Override
  public String name() {
    List<String> parts = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      if (weights[k] == 1 && parts.isEmpty()) {
        parts.add(profiles.get(k).name());
      } else if (weights[k] != 0) {
        parts.add(String.format(Locale.ROOT, "%.2f %s", weights[k], profiles.get(k).name()));
      }
    }
    return parts.isEmpty() ? Allocator.uniform().name() : String.join(" + ", parts);
  }

  @Override
  public Measurement measurement() {
    return Measurement.none();
  }

  @Override
  public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
    double[] raw = new double[units.size()];
    Arrays.fill(raw, budget.sparsity());
    for (int k = 0; k < weights.length; k++) {
      for (int b = 0; b < raw.length; b++) {
        raw[b] += budget.lambda() * weights[k] * profiles.get(k).shape()[b];
      }
    }
    return raw;
  }
}
