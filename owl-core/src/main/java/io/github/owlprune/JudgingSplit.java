package io.github.owlprune;

import java.util.List;

/**
 * A calibration in two: sequences that scores are made from, and the last few, at most four, that
 * pruned models are judged on and that no score has seen.
 */
record JudgingSplit(List<int[]> scoring, List<int[]> judging) {
  private static final int MOST = 4;

  static JudgingSplit of(List<int[]> sequences) {
    if (sequences.size() < 2) {
      throw new IllegalArgumentException(
          "the calibration has "
              + sequences.size()
              + " sequence; a loss is measured on sequences that are kept apart from the scores, so"
              + " at least 2 are needed (8 or more are better)");
    }
    int judging = Math.max(1, Math.min(MOST, sequences.size() / 4));
    int cut = sequences.size() - judging;
    JudgingSplit split =
        new JudgingSplit(sequences.subList(0, cut), sequences.subList(cut, sequences.size()));
    requireLoss(split.judging());
    requireLoss(split.sensing());
    return split;
  }

  /**
   * As many other sequences as judge. What is measured of a loss on these does not favour itself
   * when it is judged.
   */
  List<int[]> sensing() {
    return scoring.subList(scoring.size() - judging.size(), scoring.size());
  }

  private static void requireLoss(List<int[]> sequences) {
    if (sequences.stream().anyMatch(s -> s.length < 2)) {
      throw new IllegalArgumentException(
          "a sequence of 1 token has no loss; at least 2 tokens are needed in the last "
              + 2 * sequences.size()
              + " of the calibration");
    }
  }
}
