package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.allocation.Target;
import io.github.owlprune.allocation.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A weighted sum of profiles, {@code r_b = S + λ Σ_k w_k φ_k(b)}. The box cuts what leaves it, so
 * large weights divide the units into two camps.
 *
 * @param profiles what is mixed
 * @param weights w, one for each profile
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package, never compared
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
    return Measurement.NONE;
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] raw = new double[units.size()];
    Arrays.fill(raw, target.sparsity());
    for (int k = 0; k < weights.length; k++) {
      for (int b = 0; b < raw.length; b++) {
        raw[b] += target.lambda() * weights[k] * profiles.get(k).shape()[b];
      }
    }
    return raw;
  }
}
