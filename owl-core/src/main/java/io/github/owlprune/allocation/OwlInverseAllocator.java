package io.github.owlprune.allocation;

import java.util.List;

/** OWL turned around: {@code 2S − s_b}. */
final class OwlInverseAllocator implements Allocator {
  private final OwlAllocator owl = new OwlAllocator();

  @Override
  public String name() {
    return "owl-inverse";
  }

  @Override
  public Measurement measurement() {
    return owl.measurement();
  }

  @Override
  public double[] rawSparsities(List<Unit> units, Target target) {
    double[] raw = owl.rawSparsities(units, target);
    for (int b = 0; b < raw.length; b++) {
      raw[b] = 2 * target.sparsity() - raw[b];
    }
    return raw;
  }
}
