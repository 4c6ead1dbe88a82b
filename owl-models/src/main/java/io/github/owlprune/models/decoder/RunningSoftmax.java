package io.github.owlprune.models.decoder;

import java.util.Arrays;

/**
 * The softmax of every token over a vocabulary that comes in tiles: a maximum, the sum of {@code
 * exp(logit − maximum)} in double, and the logit of the token that really came next. Different
 * tokens may be added to on several threads at once.
 */
final class RunningSoftmax {
  private final int[] ids;
  private final float[] max;
  private final double[] sum;
  private final float[] target;

  RunningSoftmax(int[] ids) {
    this.ids = ids;
    this.max = new float[ids.length];
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    this.sum = new double[ids.length];
    this.target = new float[ids.length];
  }

  /** Takes in the logits of ids from {@code firstId} on; overwrites them. */
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

  double[] losses() {
    double[] losses = new double[ids.length - 1];
    for (int t = 0; t < losses.length; t++) {
      losses[t] = max[t] + Math.log(sum[t]) - target[t];
    }
    return losses;
  }
}
