package io.github.owlprune.tuning;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.RawSparsities;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of an allocator's sparsities over the units, normalised to a mean of 0 and a range of
 * 2, so that {@code S + λ φ} is what the allocator itself would give.
 *
 * @param allocator the allocator's name
 * @param note distinguishes it from the allocator's other shapes
 * @param shape φ, a value for each unit
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Profile(String allocator, String note, double[] shape) {
  private static final double LAMBDA = 0.5; // any: it cancels

  static Profile of(Allocator allocator, String note, List<AllocationUnit> units, double sparsity) {
    double[] raw =
        RawSparsities.of(allocator, units, new Budget(sparsity, LAMBDA, Mapping.BOUNDED));
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
