package io.github.owlprune;

/**
 * How many scores fall into each of a run of bins of float bit patterns, which for non-negative
 * floats order as the floats do: the upper half of the bits, or the lower half under one upper
 * half. Two such histograms find any rank among any number of scores exactly, without keeping one.
 *
 * @param first the number of the first bin that holds anything
 * @param counts from there to the last bin that holds anything
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package, never compared
record ScoreHistogram(int first, long[] counts) {
  private static final int HALF = Short.SIZE;
  private static final int BINS = 1 << HALF;
  private static final int INFINITE = 0x7f800000;

  /** Counts a linear's scores by the upper half of their bits. */
  static ScoreHistogram upper(Scores scores, int linear) {
    return count(scores, linear, -1);
  }

  /** Counts those scores of a linear whose upper half is this one by their lower half. */
  static ScoreHistogram lower(Scores scores, int linear, int upper) {
    return count(scores, linear, upper);
  }

  private static ScoreHistogram count(Scores scores, int linear, int upper) {
    int[][] counts = new int[scores.threads()][BINS];
    scores.eachRow(
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
    return new ScoreHistogram(first, java.util.Arrays.copyOfRange(sum, first, end));
  }

  /** The sum of several histograms. */
  static ScoreHistogram sum(Iterable<ScoreHistogram> parts) {
    long[] sum = new long[BINS];
    for (ScoreHistogram part : parts) {
      for (int i = 0; i < part.counts.length; i++) {
        sum[part.first + i] += part.counts[i];
      }
    }
    return new ScoreHistogram(0, sum);
  }

  /** How many scores lie in bins before this one. */
  long before(int bin) {
    long before = 0;
    for (int i = 0; i < counts.length && first + i < bin; i++) {
      before += counts[i];
    }
    return before;
  }

  /** How many scores lie in this bin. */
  long in(int bin) {
    return bin < first || bin >= first + counts.length ? 0 : counts[bin - first];
  }

  /** The bin of the score of this rank; ranks begin with 1 and end with the number of scores. */
  int binOf(long rank) {
    long left = rank;
    int i = 0;
    while (left > counts[i]) {
      left -= counts[i++];
    }
    return first + i;
  }

  /** The score whose bits have these halves. */
  static float score(int upper, int lower) {
    return Float.intBitsToFloat(upper << HALF | lower);
  }
}
