package io.github.owlprune.runtime.generation;

/**
 * A sequence of tokens that a model has read, with the keys and values of its attention. Used by
 * one thread at a time.
 */
public interface CachedSequence {
  /**
   * Returns the number of tokens read.
   *
   * @return 0 at the start
   */
  int length();

  /**
   * Reads further tokens.
   *
   * @param ids token ids, at least one
   * @return {@code [V]}, the logits of the token that follows; valid until the next call
   */
  float[] append(int[] ids);

  /**
   * Forgets all tokens from a position on.
   *
   * @param length the number of tokens to keep, at most {@link #length}
   */
  void truncate(int length);
}
