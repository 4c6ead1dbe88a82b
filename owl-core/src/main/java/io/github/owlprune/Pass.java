package io.github.owlprune;

/** The ways of all calibration sequences through the model that a run may have to go on with. */
enum Pass {
  /** Through the dense model, to measure. */
  DENSE,
  /** Through blocks that are pruned one after the other. */
  PRUNED
}
