package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/** An MLP: one or two projections from W to I, an activation, and a projection back to W. */
sealed interface Mlp extends FeedForward permits GatedMlp, PlainMlp {
  /**
   * Computes rows of the down projection's input.
   *
   * @param x the MLP's input, {@code [.., W]}
   * @param activations receives the rows, {@code [.., I]}
   * @param from the first row, of both
   * @param rows the number of rows, at most a chunk
   * @param scratch the worker's buffers
   */
  void computeActivations(
      Matrix x, Matrix activations, int from, int rows, Workspace.Scratch scratch);

  /** Returns W_down, the projection from I to W. */
  Projection down();

  /** Returns I. */
  int innerWidth();
}
