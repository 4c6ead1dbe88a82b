package io.github.owlprune.measure;

import java.util.List;

/**
 * A calibration in two parts: the sequences that scores are computed from, and the last few, at
 * most four, that pruned models are judged on.
 *
 * @param scoring the sequences for scores
 * @param judging the sequences for losses, which no score depends on
 */
public record JudgingSplit(List<int[]> scoring, List<int[]> judging) {
  private static final int MOST = 4;

  /**
   * Splits a calibration.
   *
   * @param sequences at least 2
   * @return the last quarter of the sequences, from 1 to 4 of them, for judging, and the others for
   *     scores
   * @throws IllegalArgumentException if there are fewer than 2 sequences, or one of those in {@link
   *     #judging} or {@link #sensing} has a single token
   */
  public static JudgingSplit of(List<int[]> sequences) {
    if (sequences.size() < 2) {
      throw new IllegalArgumentException(
          "the calibration has "
              + sequences.size()
              + " sequence; losses are measured on other sequences than the scores, so at least 2"
              + " are needed (8 or more are better)");
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
   * Returns as many scoring sequences as there are judging ones. A loss that an allocator measures
   * on these has no advantage when its plan is judged.
   *
   * @return the last of the scoring sequences
   */
  public List<int[]> sensing() {
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
