package io.github.owlprune.pruning;

import java.util.Arrays;

/**
 * Finds the lowest scores of a row exactly: by a radix selection on the scores' bits, which for
 * non-negative floats order as the floats do. On a tie the lower column goes first.
 *
 * <p>One instance a thread: it keeps its scratch space, and no call allocates.
 */
public final class LowestInRow {
  private static final int DIGIT_BITS = 8;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final int[] keys;
  private final int[] candidates;
  private final int[] histogram = new int[DIGITS];

  /**
   * Makes the scratch space.
   *
   * @param width the longest row it will see
   */
  public LowestInRow(int width) {
    this.keys = new int[width];
    this.candidates = new int[width];
  }

  /**
   * Sets the weights with the {@code count} lowest scores to +0.0.
   *
   * @param weights a row of weights, changed in place
   * @param scores as many scores, at least 0 and finite
   * @param count how many go, from 0 to the row's length
   * @throws ArithmeticException if a score is NaN or infinite, naming the column
   */
  public void zero(float[] weights, float[] scores, int count) {
    zero(weights, scores, 0, scores.length, count);
  }

  /**
   * As {@link #zero(float[], float[], int)}, in every aligned window of a row.
   *
   * @param weights a row of weights, changed in place
   * @param scores as many scores, at least 0 and finite
   * @param pattern how many stay of a window; its width divides the row's
   * @throws ArithmeticException if a score is NaN or infinite, naming the column
   */
  public void zero(float[] weights, float[] scores, Sparsity.NOfM pattern) {
    for (int from = 0; from < scores.length; from += pattern.of()) {
      zero(weights, scores, from, pattern.of(), pattern.of() - pattern.kept());
    }
  }

  private void zero(float[] weights, float[] scores, int from, int width, int count) {
    for (int j = 0; j < width; j++) {
      keys[j] = key(scores[from + j], from + j);
    }
    if (count == 0) {
      return;
    }
    int highest = kth(width, count);
    int ties = count;
    for (int j = 0; j < width; j++) {
      if (keys[j] < highest) {
        ties--;
      }
    }
    for (int j = 0; j < width; j++) {
      if (keys[j] < highest || (keys[j] == highest && ties-- > 0)) {
        weights[from + j] = 0f;
      }
    }
  }

  /** A score's bits; as an integer they order as non-negative floats do. */
  private static int key(float score, int column) {
    int bits = Float.floatToRawIntBits(score);
    if (bits < 0 || bits >= 0x7f800000) {
      throw new ArithmeticException("the score is " + score + " in column " + column);
    }
    return bits;
  }

  /** The k-th lowest key, k from 1. */
  private int kth(int width, int k) {
    int n = width;
    System.arraycopy(keys, 0, candidates, 0, n);
    int rank = k;
    int prefix = 0;
    for (int shift = Integer.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
      Arrays.fill(histogram, 0);
      for (int i = 0; i < n; i++) {
        histogram[(candidates[i] >>> shift) & (DIGITS - 1)]++;
      }
      int digit = 0;
      while (histogram[digit] < rank) {
        rank -= histogram[digit++];
      }
      prefix |= digit << shift;
      int left = 0;
      for (int i = 0; i < n; i++) {
        if (((candidates[i] >>> shift) & (DIGITS - 1)) == digit) {
          candidates[left++] = candidates[i];
        }
      }
      n = left;
    }
    return prefix;
  }
}
