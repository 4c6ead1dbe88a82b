package io.github.owlprune.allocation;

/** What an allocator needs to know about the dense model. */
public enum Measurement {
  /** Nothing but names and shapes; no pass over the model is made. */
  NONE,
  /** The outlier ratio of every unit, from one forward pass of the dense model. */
  OUTLIER_RATIOS
}
