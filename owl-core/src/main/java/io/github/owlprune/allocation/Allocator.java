package io.github.owlprune.allocation;

import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import java.util.List;

/**
 * The pure part of an allocation: computes raw sparsities from measurements of the dense model,
 * unit sizes and settings. {@link Mapping} then fits them to the box and the budget, so an
 * allocator only has to decide which units are pruned more and which less.
 */
public interface Allocator {
  /**
   * Returns the allocator's name in plans, such as {@code owl}.
   *
   * @return lower-case words joined by hyphens
   */
  String name();

  /**
   * Returns the measurement that {@link AllocationUnit#measured} must hold.
   *
   * @return the measurement taken before {@link #rawSparsities} is called
   */
  Measurement measurement();

  /**
   * Returns the default granularity: the kind of unit that gets its own sparsity unless the caller
   * chooses otherwise.
   *
   * @return {@code BLOCK} unless overridden
   */
  default Granularity granularity() {
    return Granularity.BLOCK;
  }

  /**
   * Maps measurements to raw sparsities.
   *
   * @param units blocks or linears in the model's order, at least one
   * @param budget the budget the allocation must meet
   * @return one finite sparsity per unit; it may lie outside the box
   * @throws IllegalArgumentException if the measurements cannot be mapped; the message says why
   */
  double[] rawSparsities(List<AllocationUnit> units, Budget budget);

  /**
   * Returns outlier-weighed layerwise sparsity (arXiv 2310.05175, section 3.2): the more outliers a
   * unit has, the less it is pruned.
   *
   * @return the paper's allocator
   */
  static Allocator owl() {
    return new OwlAllocator();
  }

  /**
   * Returns the allocator that gives every unit the same sparsity.
   *
   * @return the baseline
   */
  static Allocator uniform() {
    return new UniformAllocator();
  }

  /**
   * Returns the paper's ablation, inverse OWL: {@code 2S − s}.
   *
   * @return the allocator that protects the units with the fewest outliers
   */
  static Allocator owlInverse() {
    return new OwlInverseAllocator();
  }

  /**
   * Returns the allocator that is linear in depth, from {@code S − λ} at the first unit to {@code S
   * + λ} at the last.
   *
   * @return a baseline that every measurement-based allocator should beat
   */
  static Allocator depth() {
    return new DepthAllocator();
  }

  /**
   * Returns Erdős–Rényi (arXiv 1707.04780): density proportional to {@code (out + in) / (out ·
   * in)}. Allocates per linear unless blocks are requested, since blocks of equal shape would all
   * get the same sparsity.
   *
   * @return a baseline of the paper
   */
  static Allocator erdosRenyi() {
    return new ErdosRenyiAllocator();
  }

  /**
   * Returns Erdős–Rényi with the last unit dense, or as dense as the budget allows (arXiv
   * 2202.02643). Allocates per linear unless blocks are requested.
   *
   * @return a baseline of the paper
   */
  static Allocator erdosRenyiPlus() {
    return new ErdosRenyiPlusAllocator();
  }

  /**
   * Returns the paper's ablation that allocates to every linear by its own outlier ratio.
   *
   * @return {@link #owl} per linear
   */
  static Allocator owlPerLinear() {
    return new OwlAllocator("owl-per-linear", Granularity.LINEAR);
  }

  /**
   * Returns the allocator that applies one threshold to all scores of the model. Allocates per
   * linear unless blocks are requested.
   *
   * @return a baseline of the paper
   */
  static Allocator global() {
    return new GlobalAllocator();
  }

  /**
   * Returns dynamic layerwise pruning (arXiv 2505.23807): the lower a unit's median score, the less
   * it is pruned.
   *
   * @return a successor of OWL without the threshold M
   */
  static Allocator dlp() {
    return new DlpAllocator();
  }

  /**
   * Returns AlphaPruning (arXiv 2410.10912): the heavier the tail of a unit's spectrum, the less it
   * is pruned.
   *
   * @return a successor of OWL that uses only the weights and needs no calibration
   */
  static Allocator alpha() {
    return new AlphaAllocator();
  }

  /**
   * Returns measured sensitivity: the more the loss rises when only this unit is pruned, and the
   * earlier the unit comes, the less it is pruned. Needs a {@link
   * io.github.owlprune.model.LossModel} and at least two calibration sequences.
   *
   * @return the allocator that measures the effect of pruning directly
   */
  static Allocator sensitivity() {
    return new SensitivityAllocator();
  }

  /**
   * Returns the built-in allocators.
   *
   * @return all of them, each with a distinct {@link #name}, the default first
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
