package io.github.owlprune.models.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sequence of tokens that a {@link ResidentDecoder} has read, with the keys and values of all
 * blocks. Used by one thread at a time.
 */
public final class ResidentSequence implements AutoCloseable {
  /** The most tokens in a pass, which bounds its buffers. */
  private static final int LONGEST_PASS = 512;

  private static final int FIRST_CAPACITY = 64;

  private final DecoderRecipe recipe;
  private final Embedding embedding;
  private final List<BlockPass> blocks;
  private final ResidentHead head;
  private final List<KeyValues> past = new ArrayList<>(); // one per block
  private final float[] logits; // [V]
  private int[] ids = {}; // the tokens read

  ResidentSequence(
      DecoderRecipe recipe, Embedding embedding, List<BlockPass> blocks, ResidentHead head) {
    this.recipe = recipe;
    this.embedding = embedding;
    this.blocks = blocks;
    this.head = head;
    this.logits = new float[recipe.vocabulary()];
    for (int i = 0; i < blocks.size(); i++) {
      past.add(new KeyValues(shape(i), Math.min(FIRST_CAPACITY, recipe.context())));
    }
  }

  private AttentionShape shape(int block) {
    return recipe.block().apply(block).attention().shape();
  }

  /**
   * Returns the number of tokens read.
   *
   * @return 0 at the start
   */
  public int length() {
    return ids.length;
  }

  /**
   * Reads further tokens.
   *
   * @param more token ids, at least one
   * @return {@code [V]}, the logits of the token that follows; valid until the next call
   * @throws IllegalArgumentException if there is no token, an id is outside the vocabulary, or the
   *     sequence would exceed the context
   */
  public float[] append(int[] more) {
    float[] hidden = read(more);
    head.logits(hidden, hidden.length / recipe.width() - 1, logits);
    return logits;
  }

  /**
   * Reads further tokens, and computes the logits after each.
   *
   * @param more token ids, at least one
   * @return {@code [tokens][V]}
   * @throws IllegalArgumentException as {@link #append}
   */
  public float[][] appendAll(int[] more) {
    float[][] all = new float[more.length][];
    for (int from = 0; from < more.length; from += LONGEST_PASS) {
      int to = Math.min(more.length, from + LONGEST_PASS);
      float[] hidden = read(Arrays.copyOfRange(more, from, to));
      int first = hidden.length / recipe.width() - (to - from);
      for (int t = from; t < to; t++) {
        all[t] = new float[recipe.vocabulary()];
        head.logits(hidden, first + t - from, all[t]);
      }
    }
    return all;
  }

  /** Reads tokens; returns the hidden states of the last ones, at least of the last pass. */
  private float[] read(int[] more) {
    check(more);
    int[] all = Arrays.copyOf(ids, ids.length + more.length);
    System.arraycopy(more, 0, all, ids.length, more.length);
    if (positionsChange(ids.length, all.length)) {
      ids = new int[0]; // the keys of all tokens rotate differently now
    }
    float[] hidden = {};
    while (ids.length < all.length) {
      int end = Math.min(all.length, ids.length + LONGEST_PASS);
      hidden = pass(Arrays.copyOfRange(all, ids.length, end));
      ids = Arrays.copyOf(all, end);
    }
    return hidden;
  }

  private void check(int[] more) {
    if (more.length == 0) {
      throw new IllegalArgumentException("no token was given; give at least 1");
    }
    if (more.length > recipe.context() - ids.length) {
      throw new IllegalArgumentException(
          ids.length
              + " tokens and "
              + more.length
              + " more exceed the model's context of "
              + recipe.context());
    }
    for (int id : more) {
      if (id < 0 || id >= recipe.vocabulary()) {
        throw new IllegalArgumentException(
            "the token id "
                + id
                + " was given, but the model's ids range from 0 to "
                + (recipe.vocabulary() - 1));
      }
    }
  }

  /** Returns whether any block's positions depend on the sequence's length between these two. */
  private boolean positionsChange(int before, int after) {
    if (before == 0) {
      return false;
    }
    for (int i = 0; i < blocks.size(); i++) {
      Rotary rotary = shape(i).rotary();
      if (rotary.isLong(before) != rotary.isLong(after)) {
        return true;
      }
    }
    return false;
  }

  private float[] pass(int[] part) {
    int first = ids.length;
    float[] hidden = new float[part.length * recipe.width()];
    embedding.embed(part, first, hidden);
    for (int i = 0; i < blocks.size(); i++) {
      KeyValues keyValues = past.get(i);
      keyValues.grow(capacity(first + part.length, keyValues.capacity()), first);
      blocks.get(i).append(hidden, keyValues, first);
    }
    return hidden;
  }

  /** Doubles the capacity, so that all copies together cost no more than the sequence itself. */
  private int capacity(int tokens, int present) {
    return tokens <= present
        ? present
        : (int) Math.min(recipe.context(), Math.max(tokens, 2L * present));
  }

  /**
   * Forgets the tokens from a position on.
   *
   * @param length the number of tokens to keep, at most {@link #length}. All are forgotten if the
   *     positions of a shorter sequence are computed differently
   * @throws IllegalArgumentException if it is negative or larger
   */
  public void truncate(int length) {
    if (length < 0 || length > ids.length) {
      throw new IllegalArgumentException(
          length + " tokens were to be kept of a sequence of " + ids.length);
    }
    ids = positionsChange(length, ids.length) ? new int[0] : Arrays.copyOf(ids, length);
  }

  /** Frees the keys and values. */
  @Override
  public void close() {
    past.forEach(KeyValues::close);
  }
}
