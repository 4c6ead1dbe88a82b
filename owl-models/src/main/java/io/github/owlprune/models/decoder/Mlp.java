package io.github.owlprune.models.decoder;

/** A block's MLP: one or two projections from W to I, an activation, and a projection back to W. */
interface Mlp {
  /**
   * Computes the input of the down projection for a chunk of rows: {@code space.mlpActivations}
   * from {@code space.mlpInput}.
   *
   * @param space the sequence's buffers
   * @param scratch the worker's buffers
   * @param from the first row
   * @param rows the number of rows
   */
  void computeActivations(Workspace space, Workspace.Scratch scratch, int from, int rows);

  /** Returns W_down, the projection from I to W. */
  Projection down();
}
