package io.github.owlprune.models;

import java.util.List;

/**
 * The sequences of token ids that a model accepts.
 *
 * @param context the longest sequence in tokens
 * @param vocabulary V; ids range from 0 to V − 1
 */
record SequenceLimits(int context, int vocabulary) {
  /**
   * Checks one sequence.
   *
   * @throws IllegalArgumentException if it is empty, longer than the context, or has an id outside
   *     the vocabulary
   */
  void check(int[] sequence) {
    if (sequence.length == 0) {
      throw new IllegalArgumentException("the sequence is empty; give at least 1 token");
    }
    if (sequence.length > context) {
      throw new IllegalArgumentException(
          "the sequence has "
              + sequence.length
              + " tokens, but the model's context is "
              + context
              + "; use shorter sequences");
    }
    for (int t = 0; t < sequence.length; t++) {
      if (sequence[t] < 0 || sequence[t] >= vocabulary) {
        throw new IllegalArgumentException(
            "token "
                + t
                + " has the id "
                + sequence[t]
                + ", but the model's ids range from 0 to "
                + (vocabulary - 1)
                + "; check that the ids come from the model's own tokenizer");
      }
    }
  }

  /**
   * Checks windows whose perplexity is to be measured.
   *
   * @throws IllegalArgumentException if there is no window, a window has a single token, or {@link
   *     #check} rejects one
   */
  void checkWindows(List<int[]> windows) {
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("the list of windows is empty; give at least 1 window");
    }
    for (int[] window : windows) {
      check(window);
      if (window.length < 2) {
        throw new IllegalArgumentException(
            "a window has 1 token, which predicts nothing; give at least 2 tokens");
      }
    }
  }
}
