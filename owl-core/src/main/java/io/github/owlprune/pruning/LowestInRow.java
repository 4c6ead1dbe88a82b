package io.github.owlprune.pruning;

import java.util.Arrays;

/**
 * Finds the lowest scores of a row exactly: by a radix selection on the scores' bits, which for
 * non-negative floats order as the floats do. On a tie the lower column goes first.
 *
 * <p>One instance a thread: it keeps its scratch space, and no call allocates.
 */
public final class LowestInRow {
  private static final int SMALL = 16;
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
   * Marks the {@code count} lowest scores.
   *
   * @param scores at least 0 and finite
   * @param count how many go, from 0 to the row's length
   * @param goes set to true where a weight goes, else to false
   * @throws ArithmeticException if a score is NaN, infinite or negative, naming the column
   */
  public void mark(float[] scores, int count, boolean[] goes) {
    mark(scores, 0, scores.length, count, goes);
  }

  /**
   * Marks the lowest scores of every aligned window of a row.
   *
   * @param scores at least 0 and finite
   * @param pattern how many stay of a window; its width divides the row's
   * @param goes set to true where a weight goes, else to false
   * @throws ArithmeticException if a score is NaN, infinite or negative, naming the column
   */
  public void mark(float[] scores, Sparsity.NOfM pattern, boolean[] goes) {
    for (int from = 0; from < scores.length; from += pattern.of()) {
      mark(scores, from, pattern.of(), pattern.of() - pattern.kept(), goes);
    }
  }

  /**
   * Marks the lowest scores of one stretch of a row.
   *
   * @param scores at least 0 and finite in the stretch
   * @param from its first column
   * @param width how many columns
   * @param count how many of them go, from 0 to {@code width}
   * @param goes set in the stretch: true where a weight goes, else false
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

  /** By each key's rank; in a window of a few columns that is the fastest. */
  private void markSmall(int from, int width, int count, boolean[] goes) {
    for (int j = 0; j < width; j++) {
      int rank = 0;
      for (int i = 0; i < width; i++) {
        rank += keys[i] < keys[j] || (keys[i] == keys[j] && i < j) ? 1 : 0;
      }
      goes[from + j] = rank < count;
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
