package io.github.owlprune.models.decoder;

import java.util.Arrays;

/**
 * Computes the softmax of every token over a vocabulary that arrives in tiles (arXiv 1805.02867,
 * algorithm 3): a running maximum, the running sum of {@code exp(logit − maximum)} in double, and
 * the logit of the token that follows in the text. Several threads may add to different tokens at
 * the same time.
 */
final class OnlineSoftmax {
  private final int[] ids; // [T]
  private final float[] max; // [T]
  private final double[] sum; // [T]
  private final float[] target; // [T], logit of the next token

  OnlineSoftmax(int[] ids) {
    this.ids = ids;
    this.max = new float[ids.length];
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    this.sum = new double[ids.length];
    this.target = new float[ids.length];
  }

  /**
   * Adds a tile of one token's logits.
   *
   * @param token the token's position
   * @param firstId the vocabulary id of the first logit
   * @param logits {@code [count]}; overwritten
   * @param count the number of logits
   * @throws ArithmeticException if a logit is NaN or infinite
   */
  void add(int token, int firstId, float[] logits, int count) {
    if (token + 1 < ids.length) {
      int next = ids[token + 1] - firstId;
      if (next >= 0 && next < count) {
        target[token] = logits[next];
      }
    }
    float highest = Math.max(max[token], Exponential.max(logits, count));
    if (Float.isNaN(highest) || highest == Float.POSITIVE_INFINITY) {
      throw new ArithmeticException("a logit of token " + token + " is NaN or infinite");
    }
    Exponential.shifted(logits, count, highest);
    sum[token] = sum[token] * Math.exp(max[token] - highest) + Exponential.sum(logits, count);
    max[token] = highest;
  }

  /** Returns the T − 1 losses {@code −ln p(next token)}, in nats. */
  double[] losses() {
    double[] losses = new double[ids.length - 1];
    for (int t = 0; t < losses.length; t++) {
      losses[t] = max[t] + Math.log(sum[t]) - target[t];
    }
    return losses;
  }
}
