package io.github.owlprune.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Workers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SelectionTest {
  /** The slow, obvious selection: a stable sort by score, lower index first. */
  private static float[] zeroLowest(float[] weights, float[] scores, int from, int to, long count) {
    float[] result = weights.clone();
    IntStream.range(from, to)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> scores[j]))
        .limit(count)
        .forEach(j -> result[j] = 0f);
    return result;
  }

  /** Ties, zeros, subnormals and large values. */
  @Provide
  Arbitrary<float[]> scores() {
    return Arbitraries.oneOf(
            Arbitraries.floats().between(0, 1000),
            Arbitraries.of(0f, 0.5f, 1f, Float.MIN_VALUE, Float.MAX_VALUE))
        .array(float[].class)
        .ofMinSize(1)
        .ofMaxSize(200);
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Property
  void lowestOfARowEqualsAStableSort(
      @ForAll("scores") float[] scores, @ForAll @IntRange(max = 200) int count) {
    int k = Math.min(count, scores.length);
    float[] weights = ones(scores.length);
    boolean[] goes = new boolean[scores.length];
    new LowestInRow(200).mark(scores, k, goes);
    RowPruning.zero(weights, goes);
    assertArrayEquals(zeroLowest(ones(scores.length), scores, 0, scores.length, k), weights);
  }

  @Property
  void lowestOfWindowsEqualsAStableSortOfEach(
      @ForAll("scores") float[] scores,
      @ForAll @IntRange(min = 2, max = 24) int of,
      @ForAll @IntRange(min = 1, max = 24) int keep) {
    int kept = Math.min(keep, of);
    float[] whole = Arrays.copyOf(scores, (scores.length + of - 1) / of * of);
    float[] weights = ones(whole.length);
    boolean[] goes = new boolean[whole.length];
    new LowestInRow(whole.length).mark(whole, new Sparsity.NOfM(kept, of), goes);
    RowPruning.zero(weights, goes);
    float[] expected = ones(whole.length);
    for (int from = 0; from < whole.length; from += of) {
      expected = zeroLowest(expected, whole, from, from + of, of - kept);
    }
    assertArrayEquals(expected, weights);
  }

  @Property(tries = 200)
  void lowestOfAMatrixEqualsAStableSort(
      @ForAll("scores") float[] scores,
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(max = 1000) int perMille,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    int n = scores.length;
    float[] all = new float[rows * n];
    for (int i = 0; i < all.length; i++) {
      all[i] = scores[i % n];
    }
    long count = (long) all.length * perMille / 1000;
    float[] result = ones(all.length);
    try (Workers workers = Workers.open(threads)) {
      LowestInMatrix.Cut cut =
          new LowestInMatrix(
                  rows, n, (r, into) -> System.arraycopy(all, r * n, into, 0, n), workers)
              .lowest(count);
      boolean[] goes = new boolean[n];
      for (int r = 0; r < rows; r++) {
        cut.mark(r, scores, goes);
        float[] row = Arrays.copyOfRange(result, r * n, (r + 1) * n);
        RowPruning.zero(row, goes);
        System.arraycopy(row, 0, result, r * n, n);
      }
    }
    assertArrayEquals(zeroLowest(ones(all.length), all, 0, all.length, count), result);
  }

  @Property
  void countsEqualThoseOfRationalArithmetic(
      @ForAll @IntRange(max = 100_000) int weights, @ForAll @IntRange(max = 9999) int share) {
    // 0.29 of 100 weights means the decimal number, not the nearest double.
    BigInteger exact =
        new BigDecimal(share).movePointLeft(4).multiply(BigDecimal.valueOf(weights)).toBigInteger();
    assertEquals(exact.longValue(), Sparsity.zerosAmong(weights, share / 10_000.0));
  }

  @Test
  void nanAndInfinityAreRefusedWithTheColumn() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1f}) {
      String message =
          assertThrows(
                  ArithmeticException.class,
                  () -> new LowestInRow(3).mark(new float[] {1, 2, bad}, 1, new boolean[3]))
              .getMessage();
      assertTrue(message.contains("column 2"), message);
    }
  }

  @Test
  void patternsAndSharesOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Sparsity.NOfM(5, 4));
    assertThrows(IllegalArgumentException.class, () -> new Sparsity.NOfM(0, 4));
    assertThrows(IllegalArgumentException.class, () -> new Sparsity.NOfM(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Sparsity.Unstructured(1));
    assertThrows(IllegalArgumentException.class, () -> new Sparsity.Unstructured(Double.NaN));
    assertThrows(
        IllegalArgumentException.class, () -> RowPruning.checkFits(new Sparsity.NOfM(2, 4), 6));
  }
}
