package io.github.owlprune.models;

import io.github.owlprune.models.decoder.ResidentSequence;
import java.util.concurrent.CancellationException;

/**
 * A sequence of tokens that a {@link LoadedLm} has read. The keys and values of all blocks are
 * kept, so that further tokens cost no more than themselves. Used by one thread at a time.
 */
public final class LoadedSequence implements AutoCloseable {
  private final ResidentSequence sequence;

  LoadedSequence(ResidentSequence sequence) {
    this.sequence = sequence;
  }

  /**
   * Returns the number of tokens read.
   *
   * @return 0 at the start
   */
  public int length() {
    return sequence.length();
  }

  /**
   * Reads further tokens.
   *
   * @param ids token ids, at least one
   * @return {@code [V]}, the logits of the token that follows; valid until the next call
   * @throws IllegalArgumentException if there is no token, an id is outside the vocabulary, or the
   *     sequence would exceed the context
   * @throws CancellationException if the thread is interrupted; the tokens that were not read yet
   *     are forgotten
   */
  public float[] append(int[] ids) {
    return sequence.append(ids);
  }

  /**
   * Reads further tokens, and computes the logits after each.
   *
   * @param ids token ids, at least one
   * @return {@code [ids][V]}
   * @throws IllegalArgumentException as {@link #append}
   * @throws CancellationException as {@link #append}
   */
  public float[][] appendAll(int[] ids) {
    return sequence.appendAll(ids);
  }

  /**
   * Forgets the tokens from a position on.
   *
   * @param length the number of tokens to keep, at most {@link #length}. All are forgotten if the
   *     positions of a shorter sequence are computed differently
   * @throws IllegalArgumentException if it is negative or larger
   */
  public void truncate(int length) {
    sequence.truncate(length);
  }

  /** Frees the keys and values. */
  @Override
  public void close() {
    sequence.close();
  }
}
