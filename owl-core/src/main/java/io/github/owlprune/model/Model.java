package io.github.owlprune.model;

import java.util.List;

/**
 * A network as a chain of blocks. Hidden states flow from block to block, one row of {@link #width}
 * floats for each token.
 */
public interface Model {
  /**
   * Returns the width of the hidden states.
   *
   * @return floats for each token, at least 1
   */
  int width();

  /**
   * Returns the blocks in the order in which they run.
   *
   * @return at least one; the same list at every call
   */
  List<? extends Block> blocks();

  /**
   * Rejects a sequence that the model cannot process.
   *
   * @param sequence token ids
   * @throws IllegalArgumentException if an id is unknown or the sequence is too long, naming it
   */
  void check(int[] sequence);

  /**
   * Computes the hidden states that enter the first block.
   *
   * @param sequence token ids of a language model's vocabulary, or any other ids that the model
   *     computes its inputs from, such as image numbers of a data set
   * @param hidden receives {@code sequence.length · width} floats, row-major
   */
  void embed(int[] sequence, float[] hidden);

  /**
   * Returns facts that a user of this model should know and that are no errors, such as a setting
   * that was ignored. Reports begin with them.
   *
   * @return sentences in a fixed order; the same at every call, also in a process that resumes a
   *     run. Empty unless overridden
   */
  default List<String> remarks() {
    return List.of();
  }

  /**
   * Rejects a second pruning, before any work is done.
   *
   * @throws IllegalStateException if the model has been pruned or abandoned, or is closed
   */
  default void checkPrunable() {}

  /**
   * Receives the provenance of the new weights, once, after the last block was saved.
   *
   * @param planJson the plan that was followed, as JSON
   * @param reportJson the report of the run, as JSON
   */
  default void endPruning(String planJson, String reportJson) {}

  /**
   * Marks the model as abandoned after a failure or a cancellation: some blocks may have been
   * saved, so it must not be used again.
   */
  default void abandon() {}
}
