package io.github.owlprune.model;

import java.util.List;

/**
 * A network as a chain of blocks: what enters the first, and what each does to it. Between blocks
 * flow hidden states, one row of {@link #width} floats a token.
 */
public interface Model {
  /**
   * The width of the hidden states.
   *
   * @return floats a token, at least 1
   */
  int width();

  /**
   * The blocks in the order in which they run.
   *
   * @return at least one; the same list at every call
   */
  List<? extends Block> blocks();

  /**
   * Refuses a sequence that the model cannot take.
   *
   * @param sequence token ids
   * @throws IllegalArgumentException if an id is unknown or the sequence is too long, naming it
   */
  void check(int[] sequence);

  /**
   * Computes what enters the first block.
   *
   * @param sequence token ids: of a language model's vocabulary, or whatever else the model makes
   *     its inputs from, such as row numbers of a data set
   * @param hidden takes {@code sequence.length · width} floats, row-major
   */
  void embed(int[] sequence, float[] hidden);

  /**
   * Refuses to be pruned, before any work is done.
   *
   * @throws IllegalStateException if the model was pruned or given up before, or is closed
   */
  default void checkPrunable() {}

  /**
   * Is told the provenance of its new weights, once, after the last block was saved.
   *
   * @param planJson the plan that was followed, as JSON
   * @param reportJson what was done, as JSON
   */
  default void endPruning(String planJson, String reportJson) {}

  /**
   * Is told that pruning was given up, by a failure or a cancellation: some blocks may have been
   * saved, so the model must not be used again.
   */
  default void abandon() {}
}
