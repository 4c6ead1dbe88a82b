package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.Target;
import io.github.owlprune.allocation.Unit;
import java.util.Arrays;
import java.util.List;

/**
 * The shape that an allocator gives to sparsity over the units, freed of level and width: a mean of
 * 0 and a range of 2, so that {@code S + λ φ} is what the allocator itself would do.
 *
 * @param allocator who made it
 * @param note what else tells it from the allocator's other shapes
 * @param shape φ, a value for each unit
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package, never compared
record Profile(String allocator, String note, double[] shape) {
  private static final double LAMBDA = 0.5; // any: it falls out

  static Profile of(Allocator allocator, String note, List<Unit> units, double sparsity) {
    double[] raw =
        RawSparsities.of(allocator, units, new Target(sparsity, LAMBDA, Mapping.BOUNDED));
    double mean = Arrays.stream(raw).average().orElseThrow();
    double range = Arrays.stream(raw).max().orElseThrow() - Arrays.stream(raw).min().orElseThrow();
    double[] shape = Arrays.stream(raw).map(r -> range > 0 ? (r - mean) / range * 2 : 0).toArray();
    return new Profile(allocator.name(), note, shape);
  }

  String name() {
    return allocator + note;
  }

  boolean isFlat() {
    return Arrays.stream(shape).allMatch(x -> x == 0);
  }
}
