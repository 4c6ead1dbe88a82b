package io.github.owlprune.admm;

import io.github.owlprune.compress.LowestInMatrix;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Exact selection of the largest values of a whole matrix.
 *
 * <p>The threshold changes little between selections. Rows are therefore observed as they are
 * written, and values near the last threshold are set aside. If the next threshold is among them,
 * the matrix need not be read again.
 */
final class LargestInMatrix implements Support {
  /** Bounds of the range around the last threshold, relative to it. */
  private static final double NARROWEST = 0.01;

  private static final double WIDEST = 0.25;

  /** Multiple of the threshold's last change that the next change rarely exceeds. */
  private static final double MOVES = 3;

  private static final int DIGITS = 1 << 11;

  private final int rows;
  private final int columns;
  private final long count;
  private final List<Watcher> watchers = new ArrayList<>();
  private LowestInMatrix.Cut cut = LowestInMatrix.Cut.upTo(0);
  private int low; // keys from low, inclusive,
  private int high; // to high, exclusive, are set aside

  LargestInMatrix(Sparsity target, int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.count = Sparsity.zerosAmong((long) rows * columns, target.zeros());
  }

  /** Returns a value's bits without the sign, which as integers order like the magnitudes. */
  private static int key(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }

  @Override
  public void choose(Matrix values, Workers workers) {
    double last = cut.threshold();
    OptionalDouble near = amongThosePutAside();
    cut =
        near.isPresent()
            ? LowestInMatrix.Cut.upTo((float) near.getAsDouble())
            : amongAll(values, workers);
    double now = cut.threshold();
    double move = last > 0 ? Math.abs(now / last - 1) : WIDEST;
    double around = Math.max(NARROWEST, Math.min(WIDEST, MOVES * move));
    low = key((float) (now * (1 - around)));
    high = key((float) (now * (1 + around))) + 1;
    watchers.forEach(Watcher::forget);
  }

  private LowestInMatrix.Cut amongAll(Matrix values, Workers workers) {
    LowestInMatrix.RowScores scores =
        (r, into) -> {
          values.read(r, into);
          for (int j = 0; j < columns; j++) {
            into[j] = Math.abs(into[j]);
          }
        };
    return new LowestInMatrix(rows, columns, scores, workers).lowest(count);
  }

  /** Returns the highest removed score if the whole matrix was observed and the score set aside. */
  private OptionalDouble amongThosePutAside() {
    long seen = 0;
    long rank = count;
    long near = 0;
    boolean finite = true;
    for (Watcher w : watchers) {
      seen += w.seen;
      rank -= w.below;
      near += w.near;
      finite &= w.highest < 0x7f800000;
    }
    if (seen < (long) rows * columns || !finite || rank < 1 || rank > near) {
      return OptionalDouble.empty();
    }
    return nearest(rank);
  }

  /** Returns the score at a rank, from 1, of those set aside; empty if an equal one is kept. */
  private OptionalDouble nearest(long rank) {
    int shift = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(high - low) - 11);
    long left = rank;
    int[] histogram = new int[DIGITS + 1];
    watchers.forEach(w -> w.count(low, shift, histogram));
    int digit = 0;
    while (histogram[digit] < left) {
      left -= histogram[digit++];
    }
    int[] exact = new int[1 << shift];
    int from = low + (digit << shift);
    watchers.forEach(w -> w.count(from, 0, exact));
    int last = 0;
    while (exact[last] < left) {
      left -= exact[last++];
    }
    return exact[last] == left
        ? OptionalDouble.of(Float.intBitsToFloat(from + last))
        : OptionalDouble.empty();
  }

  @Override
  public Keeper keeper() {
    Watcher watcher = new Watcher();
    watchers.add(watcher);
    return watcher;
  }

  private final class Watcher implements Keeper {
    private int[] aside = new int[4 * columns];
    private int near;
    private long below;
    private long seen;
    private int highest;

    @Override
    public void keep(int row, float[] values, float[] kept) {
      cut.keep(row, values, kept);
    }

    /** Works without branches, because the side on which a value lies is unpredictable. */
    @Override
    public void watch(float[] values) {
      if (aside.length - near < columns) {
        aside = Arrays.copyOf(aside, 2 * aside.length);
      }
      int[] keys = aside;
      int from = low;
      int to = high;
      int n = near;
      int under = 0;
      int most = highest;
      for (float value : values) {
        int key = key(value);
        int isUnder = (key - from) >>> 31;
        keys[n] = key;
        n += ((key - to) >>> 31) - isUnder;
        under += isUnder;
        most = Math.max(most, key);
      }
      near = n;
      below += under;
      highest = most;
      seen += values.length;
    }

    /** Counts {@code (key - from) >>> shift} where it is within the histogram. */
    private void count(int from, int shift, int[] histogram) {
      for (int i = 0; i < near; i++) {
        int digit = (aside[i] - from) >> shift;
        if (digit >= 0 && digit < histogram.length) {
          histogram[digit]++;
        }
      }
    }

    private void forget() {
      near = 0;
      below = 0;
      seen = 0;
      highest = 0;
    }
  }
}
