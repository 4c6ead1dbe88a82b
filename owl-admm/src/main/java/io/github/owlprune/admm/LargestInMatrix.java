package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.LowestInMatrix;
import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The largest of a whole matrix, exactly.
 *
 * <p>From one choice to the next the threshold moves little. So whoever writes the matrix shows it
 * row by row, and what lies near the last threshold is put aside: if the next one is among that,
 * the matrix need not be read again.
 */
final class LargestInMatrix implements Support {
  /** How far around the last threshold, as a share of it. */
  private static final double NARROWEST = 0.01;

  private static final double WIDEST = 0.25;

  /** Of the threshold's last move: the next is seldom larger than this many of it. */
  private static final double MOVES = 3;

  private static final int DIGITS = 1 << 11;

  private final int rows;
  private final int columns;
  private final long count;
  private final List<Watcher> watchers = new ArrayList<>();
  private LowestInMatrix.Cut cut = LowestInMatrix.Cut.upTo(0);
  private int low; // keys from here
  private int high; // to here, exclusive, are put aside

  LargestInMatrix(Sparsity target, int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.count = Sparsity.zerosAmong((long) rows * columns, target.zeros());
  }

  /** A value's bits without the sign; as an integer they order as magnitudes do. */
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

  /** The highest score that goes, if all of the matrix was shown and this is among what is near. */
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

  /** The score of a rank, from 1, among those put aside, unless some that equal it would stay. */
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

    /** Without a branch: which side a value lies on cannot be foretold. */
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

    /** Counts {@code (key - from) >>> shift} where the histogram has room for it. */
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
