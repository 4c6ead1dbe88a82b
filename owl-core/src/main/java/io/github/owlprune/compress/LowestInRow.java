package io.github.owlprune.compress;

import java.util.Arrays;

/**
 * Exact selection of the lowest scores of a row: a radix selection on the scores' bits, which order
 * like the scores themselves because these are non-negative floats. Ties go to the lower column.
 *
 * <p>Not thread-safe: an instance reuses its scratch space, so calls allocate nothing.
 */
public final class LowestInRow {
  private static final int SMALL = 16;
  private static final int DIGIT_BITS = 8;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final int[] keys;
  private final int[] candidates;
  private final int[] histogram = new int[DIGITS];

  /**
   * Allocates the scratch space.
   *
   * @param width the length of the longest row
   */
  public LowestInRow(int width) {
    this.keys = new int[width];
    this.candidates = new int[width];
  }

  /**
   * Marks the {@code count} lowest scores.
   *
   * @param scores at least 0 and finite
   * @param count the number of weights to remove, from 0 to the row's length
   * @param goes set to true where a weight is removed, otherwise to false
   * @throws ArithmeticException if a score is NaN, infinite or negative, naming the column
   */
  public void mark(float[] scores, int count, boolean[] goes) {
    mark(scores, 0, scores.length, count, goes);
  }

  /**
   * Marks the lowest scores of every aligned window of a row.
   *
   * @param scores at least 0 and finite
   * @param pattern the number of weights kept per window; its width must divide the row's length
   * @param goes set to true where a weight is removed, otherwise to false
   * @throws ArithmeticException if a score is NaN, infinite or negative, naming the column
   */
  public void mark(float[] scores, Sparsity.NOfM pattern, boolean[] goes) {
    for (int from = 0; from < scores.length; from += pattern.of()) {
      mark(scores, from, pattern.of(), pattern.of() - pattern.kept(), goes);
    }
  }

  /**
   * Marks the lowest scores in a range of a row.
   *
   * @param scores at least 0 and finite within the range
   * @param from the first column of the range
   * @param width the number of columns in the range
   * @param count the number of weights to remove, from 0 to {@code width}
   * @param goes set within the range: true where a weight is removed, otherwise false
   * @throws ArithmeticException if a score is NaN, infinite or negative, naming the column
   */
  public void mark(float[] scores, int from, int width, int count, boolean[] goes) {
    for (int j = 0; j < width; j++) {
      keys[j] = key(scores[from + j], from + j);
    }
    if (width <= SMALL) {
      markSmall(from, width, count, goes);
      return;
    }
    int highest = count == 0 ? -1 : kth(width, count);
    int ties = count;
    for (int j = 0; j < width; j++) {
      if (keys[j] < highest) {
        ties--;
      }
    }
    for (int j = 0; j < width; j++) {
      goes[from + j] = keys[j] < highest || (keys[j] == highest && ties-- > 0);
    }
  }

  /** Marks by the rank of each key, which is fastest for windows of a few columns. */
  private void markSmall(int from, int width, int count, boolean[] goes) {
    for (int j = 0; j < width; j++) {
      int rank = 0;
      for (int i = 0; i < width; i++) {
        rank += keys[i] < keys[j] || (keys[i] == keys[j] && i < j) ? 1 : 0;
      }
      goes[from + j] = rank < count;
    }
  }

  /** Returns a score's bits, which as integers order like the non-negative floats. */
  private static int key(float score, int column) {
    int bits = Float.floatToRawIntBits(score);
    if (bits < 0 || bits >= 0x7f800000) {
      throw new ArithmeticException("the score is " + score + " in column " + column);
    }
    return bits;
  }

  /** Returns the k-th lowest key, k from 1. */
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
