package io.github.owlprune.compress;

import io.github.owlprune.linalg.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Exact selection of the lowest scores of a whole matrix; ties go to the lower index in row-major
 * order. Three histograms over the scores' bits, which order like the scores themselves because
 * these are non-negative floats, yield the threshold. This reads the scores three times, and a
 * fourth time only if some of the scores equal to the threshold are kept.
 */
public final class LowestInMatrix {
  private static final int[] SHIFTS = {20, 10, 0};
  private static final int BINS = 1 << 11;
  private static final int ROWS_PER_TASK = 32;

  private final RowScores scores;
  private final Workers workers;
  private final int rows;
  private final int columns;
  private final int[][] histograms;
  private final float[][] buffers;

  /** Computes the scores of a row. */
  @FunctionalInterface
  public interface RowScores {
    /**
     * Scores a row. Called several times per row and from several threads concurrently.
     *
     * @param row the row's index
     * @param into receives the scores, finite and at least 0
     */
    void score(int row, float[] into);
  }

  /**
   * Prepares a selection from a matrix of scores.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @param scores computes the scores
   * @param workers the threads to use
   */
  public LowestInMatrix(int rows, int columns, RowScores scores, Workers workers) {
    this.rows = rows;
    this.columns = columns;
    this.scores = scores;
    this.workers = workers;
    this.histograms = new int[workers.threads()][BINS];
    this.buffers = new float[workers.threads()][columns];
  }

  /** The lowest scores, as a threshold and the number of scores equal to it to remove per row. */
  public static final class Cut {
    private final int threshold;
    private final int @Nullable [] ties; // null: all are removed

    private Cut(int threshold, int @Nullable [] ties) {
      this.threshold = threshold;
      this.ties = ties;
    }

    /**
     * Selects all scores up to a threshold.
     *
     * @param threshold at least 0
     * @return a cut that removes the scores up to and including the threshold
     */
    public static Cut upTo(float threshold) {
      return new Cut(Float.floatToRawIntBits(threshold), null);
    }

    /**
     * Returns the threshold.
     *
     * @return the highest score that is removed, 0 if none is
     */
    public float threshold() {
      return Float.intBitsToFloat(threshold);
    }

    /**
     * Marks the scores of a row that are among the lowest.
     *
     * @param row the row's index
     * @param scores the row's scores, unchanged since the cut was computed
     * @param goes set to true where a score is among the lowest, otherwise to false
     */
    public void mark(int row, float[] scores, boolean[] goes) {
      int left = ties == null ? scores.length : ties[row];
      for (int j = 0; j < scores.length; j++) {
        int key = Float.floatToRawIntBits(scores[j]);
        goes[j] = key < threshold || (key == threshold && left-- > 0);
      }
    }

    /**
     * Copies a row of values whose magnitudes are the scores, replacing the lowest by zeros.
     *
     * @param row the row's index
     * @param values the values
     * @param kept receives the values that are kept, and zeros
     */
    public void keep(int row, float[] values, float[] kept) {
      if (ties != null) {
        keep(values, ties[row], kept);
        return;
      }
      float most = threshold();
      for (int j = 0; j < values.length; j++) {
        kept[j] = Math.abs(values[j]) > most ? values[j] : 0f;
      }
    }

    private void keep(float[] values, int tied, float[] kept) {
      int left = tied;
      for (int j = 0; j < values.length; j++) {
        int key = Float.floatToRawIntBits(values[j]) & Integer.MAX_VALUE;
        boolean goes = key < threshold || (key == threshold && left-- > 0);
        kept[j] = goes ? 0f : values[j];
      }
    }
  }

  /**
   * Finds the lowest scores.
   *
   * @param count the number of scores to select, from 0 to all
   * @return the cut that selects them
   * @throws ArithmeticException if a score is NaN, infinite or negative, naming row and column
   */
  public Cut lowest(long count) {
    long rank = count;
    int prefix = 0;
    int equal = 0;
    for (int i = 0; i < SHIFTS.length; i++) {
      int[] histogram = histogram(prefix, i);
      if (count == 0) {
        return new Cut(0, new int[rows]);
      }
      int digit = 0;
      while (histogram[digit] < rank) {
        rank -= histogram[digit++];
      }
      prefix |= digit << SHIFTS[i];
      equal = histogram[digit];
    }
    return new Cut(prefix, rank == equal ? null : firstTies(prefix, rank));
  }

  private interface RowTask {
    void run(int row, float[] scores, int worker);
  }

  private void overRows(RowTask task) {
    workers.run(
        (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (t, worker) -> {
          int end = Math.min((t + 1) * ROWS_PER_TASK, rows);
          for (int r = t * ROWS_PER_TASK; r < end; r++) {
            scores.score(r, buffers[worker]);
            task.run(r, buffers[worker], worker);
          }
        });
  }

  /** Counts the i-th digit of the keys whose higher digits match the prefix. */
  private int[] histogram(int prefix, int i) {
    int shift = SHIFTS[i];
    int above = i == 0 ? Integer.SIZE - 1 : SHIFTS[i - 1];
    int mask = (1 << (above - shift)) - 1;
    for (int[] histogram : histograms) {
      Arrays.fill(histogram, 0);
    }
    overRows(
        (r, row, worker) -> {
          int[] histogram = histograms[worker];
          for (int j = 0; j < columns; j++) {
            int key = key(row[j], r, j);
            if (key >>> above == prefix >>> above) {
              histogram[(key >>> shift) & mask]++;
            }
          }
        });
    int[] total = histograms[0];
    for (int w = 1; w < histograms.length; w++) {
      for (int b = 0; b < BINS; b++) {
        total[b] += histograms[w][b];
      }
    }
    return total;
  }

  private int[] firstTies(int threshold, long count) {
    int[] ties = new int[rows];
    overRows(
        (r, row, worker) -> {
          for (int j = 0; j < columns; j++) {
            ties[r] += Float.floatToRawIntBits(row[j]) == threshold ? 1 : 0;
          }
        });
    long left = count;
    for (int r = 0; r < rows; r++) {
      ties[r] = (int) Math.min(ties[r], left);
      left -= ties[r];
    }
    return ties;
  }

  private static int key(float score, int row, int column) {
    int bits = Float.floatToRawIntBits(score);
    if (bits < 0 || bits >= 0x7f800000) {
      throw new ArithmeticException(
          "row " + row + ": the score is " + score + " in column " + column);
    }
    return bits;
  }
}
