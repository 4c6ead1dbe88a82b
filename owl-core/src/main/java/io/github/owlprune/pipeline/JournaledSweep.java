package io.github.owlprune.pipeline;

/** A sweep in which a resumed run can restart. */
public enum JournaledSweep {
  /** The sweep over the dense model, which measures. */
  DENSE,

  /** The sweep that compresses block after block. */
  PRUNED
}
