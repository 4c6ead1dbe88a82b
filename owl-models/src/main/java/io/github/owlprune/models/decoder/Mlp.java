package io.github.owlprune.models.decoder;

/** A block's MLP: two projections and what lies between. */
interface Mlp {
  /**
   * Fills a chunk of rows of {@code space.activated} from {@code space.normedAgain}.
   *
   * @param space the sequence's buffers
   * @param lane the worker's buffers
   * @param from the first row
   * @param rows how many
   */
  void activate(Workspace space, Workspace.Lane lane, int from, int rows);

  /** The last projection, from activated rows back to W. */
  Projection down();
}
