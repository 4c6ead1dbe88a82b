package io.github.owlprune.pipeline;

/** Receives the progress of a run. Called on the thread that runs it; should return quickly. */
@FunctionalInterface
public interface Progress {
  /** Ignores all progress. */
  Progress NONE = (activity, done, total) -> {};

  /**
   * Reports that a piece of work is done. Pieces are roughly proportional to multiply-adds, so that
   * the remaining time can be estimated from them.
   *
   * @param activity what is being done, such as {@code measuring model.layers.3}
   * @param done pieces done so far, never fewer than before
   * @param total pieces of the whole run, the same at every call
   */
  void update(String activity, long done, long total);
}
