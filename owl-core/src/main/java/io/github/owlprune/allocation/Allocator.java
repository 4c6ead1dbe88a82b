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
   * What this allocator gives a sparsity of its own, unless the caller says otherwise.
   *
   * @return blocks, unless an allocator says linears
   */
  default Granularity granularity() {
    return Granularity.BLOCK;
  }

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
   * A straight line over depth from {@code S − λ} at the first unit to {@code S + λ} at the last.
   *
   * @return the allocator that any measuring one should beat
   */
  static Allocator depth() {
    return new DepthAllocator();
  }

  /**
   * Erdős–Rényi (arXiv 1707.04780): density proportional to {@code (out + in) / (out · in)}, for
   * each linear unless blocks are asked for: blocks of one shape would all get the same.
   *
   * @return a baseline of the paper
   */
  static Allocator erdosRenyi() {
    return new ErdosRenyiAllocator();
  }

  /**
   * Erdős–Rényi with the last unit dense, or as dense as the budget bears (arXiv 2202.02643), for
   * each linear unless blocks are asked for.
   *
   * @return a baseline of the paper
   */
  static Allocator erdosRenyiPlus() {
    return new ErdosRenyiPlusAllocator();
  }

  /**
   * The paper's ablation: every linear by its own outlier ratio.
   *
   * @return {@link #owl} for linears
   */
  static Allocator owlPerLinear() {
    return new OwlAllocator("owl-per-linear", Granularity.LINEAR);
  }

  /**
   * One threshold for all scores of the model, for each linear unless blocks are asked for.
   *
   * @return a baseline of the paper
   */
  static Allocator global() {
    return new GlobalAllocator();
  }

  /**
   * Dynamic layerwise pruning (arXiv 2505.23807): the lower a unit's median score, the less it
   * loses.
   *
   * @return a successor of OWL without a threshold M
   */
  static Allocator dlp() {
    return new DlpAllocator();
  }

  /**
   * AlphaPruning (arXiv 2410.10912): the heavier the tail of a unit's spectrum, the less it loses.
   *
   * @return a successor of OWL that looks at weights alone and needs no calibration
   */
  static Allocator alpha() {
    return new AlphaAllocator();
  }

  /**
   * Measured sensitivity: the more the loss rises when a unit alone is pruned, and the earlier it
   * comes, the less it loses. Needs a {@link io.github.owlprune.model.LossModel} and at least two
   * calibration sequences.
   *
   * @return the allocator that measures instead of guessing
   */
  static Allocator sensitivity() {
    return new SensitivityAllocator();
  }

  /**
   * The allocators of this library, each under its {@link #name}.
   *
   * @return the default first
   */
  static List<Allocator> all() {
    return List.of(
        owl(),
        uniform(),
        depth(),
        erdosRenyi(),
        erdosRenyiPlus(),
        global(),
        owlInverse(),
        owlPerLinear(),
        dlp(),
        alpha(),
        sensitivity());
  }
}
