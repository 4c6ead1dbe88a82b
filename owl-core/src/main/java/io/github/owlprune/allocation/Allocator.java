package io.github.owlprune.allocation;

import java.util.List;

/**
 * The pure half of an allocation: from numbers measured on the dense model, sizes and settings to
 * raw sparsities. {@link Mapping} then puts them into the box and on the budget, so an allocator
 * only has to say who gets more and who less.
 */
public interface Allocator {
  /**
   * The allocator's name for plans, such as {@code owl}.
   *
   * @return lower case, words joined by hyphens
   */
  String name();

  /**
   * What {@link Unit#measured} shall hold.
   *
   * @return the measurement that is made first
   */
  Measurement measurement();

  /**
   * Maps measurements to raw sparsities.
   *
   * @param units blocks or linears in the model's order, at least one
   * @param target what the allocation has to meet
   * @return a finite sparsity for each unit; it may lie outside the box
   * @throws IllegalArgumentException if these measurements cannot be mapped, saying why
   */
  double[] rawSparsities(List<Unit> units, Target target);

  /**
   * Outlier-weighed layerwise sparsity (arXiv 2310.05175, section 3.2): the more outliers a unit
   * has, the less it loses.
   *
   * @return the paper's allocator
   */
  static Allocator owl() {
    return new OwlAllocator();
  }

  /**
   * The same sparsity for all.
   *
   * @return the baseline
   */
  static Allocator uniform() {
    return new UniformAllocator();
  }

  /**
   * The paper's ablation: OWL turned around, {@code 2S − s}.
   *
   * @return the allocator that protects the units with the fewest outliers
   */
  static Allocator owlInverse() {
    return new OwlInverseAllocator();
  }

  /**
   * The allocators of this library by name.
   *
   * @return OWL, uniform, OWL-inverse
   */
  static List<Allocator> all() {
    return List.of(owl(), uniform(), owlInverse());
  }
}
