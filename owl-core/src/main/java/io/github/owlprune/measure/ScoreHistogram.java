package io.github.owlprune.measure;

import io.github.owlprune.model.Linear;
import java.util.Arrays;

/**
 * A histogram of scores by their float bits, which order non-negative floats as their values do: by
 * the upper half of the bits, or by the lower half under one upper half. Two such histograms find
 * any rank among any number of scores exactly, without storing a score.
 *
 * @param first the first bin that is not empty
 * @param counts the counts from there to the last bin that is not empty
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record ScoreHistogram(int first, long[] counts) {
  private static final int HALF = Short.SIZE;
  private static final int BINS = 1 << HALF;
  private static final int INFINITE = 0x7f800000;

  /** Counts a linear's scores by the upper half of their bits. */
  static ScoreHistogram upper(BlockScores scores, Linear linear) {
    return count(scores, linear, -1);
  }

  /** Counts the scores of a linear with the given upper half by their lower half. */
  static ScoreHistogram lower(BlockScores scores, Linear linear, int upper) {
    return count(scores, linear, upper);
  }

  private static ScoreHistogram count(BlockScores scores, Linear linear, int upper) {
    int[][] counts = new int[scores.threads()][BINS];
    scores.forEachRow(
        linear,
        (worker, r, row) -> {
          int[] mine = counts[worker];
          for (int j = 0; j < row.length; j++) {
            int bits = Float.floatToRawIntBits(row[j]);
            if (bits < 0 || bits >= INFINITE) {
              throw new ArithmeticException(
                  "the score is " + row[j] + " in row " + r + ", column " + j);
            }
            if (upper < 0) {
              mine[bits >>> HALF]++;
            } else if (bits >>> HALF == upper) {
              mine[bits & (BINS - 1)]++;
            }
          }
        });
    return trimmed(counts);
  }

  private static ScoreHistogram trimmed(int[][] counts) {
    long[] sum = new long[BINS];
    for (int[] mine : counts) {
      for (int i = 0; i < BINS; i++) {
        sum[i] += mine[i];
      }
    }
    int first = 0;
    int end = BINS;
    while (first < BINS && sum[first] == 0) {
      first++;
    }
    while (end > first && sum[end - 1] == 0) {
      end--;
    }
    return new ScoreHistogram(first, Arrays.copyOfRange(sum, first, end));
  }

  /** Returns the sum of several histograms. */
  static ScoreHistogram sum(Iterable<ScoreHistogram> parts) {
    long[] sum = new long[BINS];
    for (ScoreHistogram part : parts) {
      for (int i = 0; i < part.counts.length; i++) {
        sum[part.first + i] += part.counts[i];
      }
    }
    return new ScoreHistogram(0, sum);
  }

  /** Returns the number of scores in bins before this one. */
  long before(int bin) {
    long before = 0;
    for (int i = 0; i < counts.length && first + i < bin; i++) {
      before += counts[i];
    }
    return before;
  }

  /** Returns the number of scores in this bin. */
  long count(int bin) {
    return bin < first || bin >= first + counts.length ? 0 : counts[bin - first];
  }

  /** Returns the bin that holds the score of a rank; ranks start at 1, the lowest score. */
  int binOf(long rank) {
    long left = rank;
    int i = 0;
    while (left > counts[i]) {
      left -= counts[i++];
    }
    return first + i;
  }

  /** Returns the score whose bits have these halves. */
  static float score(int upper, int lower) {
    return Float.intBitsToFloat(upper << HALF | lower);
  }
}
