package io.github.owlprune;

/** Is told how far a run has come. Called on the thread that runs it; should return at once. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (doing, done, total) -> {};

  /**
   * A piece of work was done. Pieces are counted in multiply-adds, roughly, so that the remaining
   * time can be told from them.
   *
   * @param doing what is being done, such as {@code measuring model.layers.3}
   * @param done pieces done so far, never less than before
   * @param total pieces of the whole run, the same at every call
   */
  void update(String doing, long done, long total);
}
