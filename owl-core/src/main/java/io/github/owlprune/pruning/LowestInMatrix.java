package io.github.owlprune.pruning;

import io.github.owlprune.model.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds exactly the lowest scores of a whole matrix; on a tie the lower index, row by row, goes
 * first. Three histograms over the scores' bits, which for non-negative floats order as the floats
 * do, give the threshold: three readings of the scores, and a fourth only if some of those that
 * equal the threshold stay.
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

  /** Gives the scores of a row. */
  @FunctionalInterface
  public interface RowScores {
    /**
     * Scores a row; called several times a row, and on several threads at once.
     *
     * @param row the row's index
     * @param into takes the scores, finite and at least 0
     */
    void score(int row, float[] into);
  }

  /**
   * Of a matrix of scores.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @param scores gives them
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

  /** The lowest scores, as a threshold and how many of each row that equal it go. */
  public static final class Cut {
    private final int threshold;
    private final int @Nullable [] ties; // null: all go

    private Cut(int threshold, int @Nullable [] ties) {
      this.threshold = threshold;
      this.ties = ties;
    }

    /**
     * All scores up to one.
     *
     * @param threshold at least 0
     * @return a cut through the scores above it
     */
    public static Cut upTo(float threshold) {
      return new Cut(Float.floatToRawIntBits(threshold), null);
    }

    /**
     * Where it goes through the scores.
     *
     * @return the highest score that goes, 0 if none does
     */
    public float threshold() {
      return Float.intBitsToFloat(threshold);
    }

    /**
     * Marks the scores of a row that are among the lowest.
     *
     * @param row the row's index
     * @param scores its scores, as they were when the cut was made
     * @param goes set to true where a score is among the lowest, else to false
     */
    public void mark(int row, float[] scores, boolean[] goes) {
      int left = ties == null ? scores.length : ties[row];
      for (int j = 0; j < scores.length; j++) {
        int key = Float.floatToRawIntBits(scores[j]);
        goes[j] = key < threshold || (key == threshold && left-- > 0);
      }
    }

    /**
     * Copies a row of values whose magnitudes are the scores, with zeros for the lowest.
     *
     * @param row the row's index
     * @param values the values
     * @param kept takes those that stay
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
   * Finds the lowest.
   *
   * @param count how many, from 0 to all
   * @return where they are
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

  /** Counts the i-th digit of the keys whose earlier digits are those of the prefix. */
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
