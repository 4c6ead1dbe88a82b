package io.github.owlprune.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.ByteArrayDataOutput;
import com.google.common.io.ByteStreams;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What every statistic must allow: gathering in parts, and writing and reading back. */
class StatisticTest {
  private static final List<StatisticKind<?>> KINDS = List.of(ColumnNorms.KIND, Hessian.KIND);

  /** The largest relative error of one rounding to float. */
  private static final double FLOAT_ROUNDING = 0x1p-24;

  /** The largest relative error of one rounding to double. */
  private static final double DOUBLE_ROUNDING = 0x1p-53;

  private static float[][][] random(long seed, int sequences, int inputs) {
    Random random = new Random(seed);
    float[][][] values = new float[sequences][][];
    for (int s = 0; s < sequences; s++) {
      values[s] = new float[1 + random.nextInt(40)][inputs];
      for (float[] row : values[s]) {
        for (int j = 0; j < inputs; j++) {
          row[j] = (float) random.nextGaussian() * (1 + j % 5);
        }
      }
    }
    return values;
  }

  private static void add(Statistic<?> statistic, float[][] rows, Workers workers) {
    try (Matrix x = Matrix.allocate(rows.length, rows[0].length)) {
      for (int r = 0; r < rows.length; r++) {
        x.write(r, rows[r]);
      }
      statistic.add(x.array(), workers);
    }
  }

  private static <S extends Statistic<S>> S gathered(
      StatisticKind<S> kind, float[][][] sequences, int from, int to, Workers workers) {
    S statistic = kind.create(sequences[0][0].length);
    for (int s = from; s < to; s++) {
      add(statistic, sequences[s], workers);
    }
    return statistic;
  }

  private static byte[] bytes(Statistic<?> statistic) throws IOException {
    ByteArrayDataOutput out = ByteStreams.newDataOutput();
    statistic.write(out);
    return out.toByteArray();
  }

  private static <S extends Statistic<S>> S read(StatisticKind<S> kind, byte[] bytes, int inputs)
      throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    S statistic = kind.read(new DataInputStream(in), inputs);
    assertEquals(0, in.available(), "all bytes are read, so that several can follow each other");
    return statistic;
  }

  private static float[][] matrix(Hessian hessian, Workers workers) {
    Matrix h = hessian.matrix(workers);
    float[][] rows = new float[h.rows()][h.columns()];
    for (int r = 0; r < rows.length; r++) {
      h.read(r, rows[r]);
    }
    return rows;
  }

  @Property(tries = 60)
  void mergedNormsEqualThoseGatheredTogether(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int sequences,
      @ForAll @IntRange(max = 8) int cut,
      @ForAll @IntRange(min = 1, max = 40) int inputs) {
    float[][][] values = random(seed, sequences, inputs);
    int middle = Math.min(cut, sequences);
    try (Workers workers = Workers.open(2)) {
      double[] together = gathered(ColumnNorms.KIND, values, 0, sequences, workers).squared();
      ColumnNorms merged = gathered(ColumnNorms.KIND, values, 0, middle, workers);
      merged.merge(gathered(ColumnNorms.KIND, values, middle, sequences, workers));
      double[] apart = merged.squared();
      for (int j = 0; j < inputs; j++) {
        // Both sides add the same non-negative terms, in a different order. Each addition, one for
        // each sequence, and the division round once on either side.
        double rounding = 2 * (sequences + 1) * DOUBLE_ROUNDING;
        assertEquals(together[j], apart[j], rounding * together[j]);
      }
    }
  }

  @Property(tries = 40)
  void aMergedHessianEqualsOneGatheredAtOnce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int sequences,
      @ForAll @IntRange(max = 8) int cut,
      @ForAll @IntRange(min = 1, max = 230) int inputs) {
    float[][][] values = random(seed, sequences, inputs);
    int middle = Math.min(cut, sequences);
    try (Workers workers = Workers.open(2);
        Hessian all = gathered(Hessian.KIND, values, 0, sequences, workers);
        Hessian merged = gathered(Hessian.KIND, values, 0, middle, workers);
        Hessian rest = gathered(Hessian.KIND, values, middle, sequences, workers)) {
      merged.merge(rest);
      assertEquals(all.tokens(), merged.tokens());
      float[][] together = matrix(all, workers);
      float[][] apart = matrix(merged, workers);
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j < inputs; j++) {
          // Both sides add the same products, and no sum of them exceeds √(H_ii H_jj). Each
          // addition, one for each sequence, and the scaling round once on either side.
          double size = Math.sqrt((double) together[i][i] * together[j][j]);
          double rounding = 2 * (sequences + 1) * FLOAT_ROUNDING;
          assertEquals(together[i][j], apart[i][j], rounding * size, i + ", " + j);
        }
      }
    }
  }

  @Property(tries = 60)
  void bytesRestoreEverything(
      @ForAll long seed,
      @ForAll @IntRange(max = 4) int sequences,
      @ForAll @IntRange(min = 1, max = 230) int inputs)
      throws IOException {
    float[][][] values = random(seed, sequences + 2, inputs);
    try (Workers workers = Workers.open(2)) {
      for (StatisticKind<?> kind : KINDS) {
        assertRestored(kind, values, sequences, workers);
      }
    }
  }

  /** Writes and reads after {@code count} sequences, then adds the next and merges the last. */
  private static <S extends Statistic<S>> void assertRestored(
      StatisticKind<S> kind, float[][][] values, int count, Workers workers) throws IOException {
    int inputs = values[0][0].length;
    try (S written = gathered(kind, values, 0, count, workers);
        S last = gathered(kind, values, count + 1, count + 2, workers)) {
      byte[] bytes = bytes(written);
      try (S restored = read(kind, bytes, inputs)) {
        assertArrayEquals(bytes, bytes(restored), kind.name());
        add(written, values[count], workers);
        add(restored, values[count], workers);
        assertArrayEquals(bytes(written), bytes(restored), kind.name() + " after another sequence");
        written.merge(last);
        restored.merge(last);
        assertArrayEquals(bytes(written), bytes(restored), kind.name() + " after a merge");
        assertSameResult(written, restored, workers);
      }
    }
  }

  private static void assertSameResult(Statistic<?> a, Statistic<?> b, Workers workers) {
    if (a instanceof Hessian one && b instanceof Hessian other) {
      assertEquals(one.tokens(), other.tokens());
      assertArrayEquals(matrix(one, workers), matrix(other, workers));
    } else if (a instanceof ColumnNorms one && b instanceof ColumnNorms other) {
      assertArrayEquals(one.squared(), other.squared());
    } else {
      throw new AssertionError(a + " and " + b);
    }
  }

  @Test
  void bytesOfAnotherWidthAreRejectedBeforeAnythingIsAllocated() throws IOException {
    for (StatisticKind<?> kind : KINDS) {
      // Nothing follows the claimed width, and no heap could hold the largest one.
      for (int claimed : new int[] {Integer.MAX_VALUE, 4, 0, -1}) {
        ByteArrayDataOutput out = ByteStreams.newDataOutput();
        out.writeInt(claimed);
        String message =
            assertThrows(StreamCorruptedException.class, () -> read(kind, out.toByteArray(), 3))
                .getMessage();
        assertTrue(message.contains(claimed + " inputs; expected 3"), message);
      }
    }
  }

  @Test
  void bytesThatEndEarlyAreRejected() throws IOException {
    try (Workers workers = Workers.open(1)) {
      for (StatisticKind<?> kind : KINDS) {
        byte[] whole;
        try (Statistic<?> statistic = gathered(kind, random(1, 2, 3), 0, 2, workers)) {
          whole = bytes(statistic);
        }
        for (int length = 0; length < whole.length; length++) {
          byte[] part = Arrays.copyOf(whole, length);
          assertThrows(EOFException.class, () -> read(kind, part, 3), kind.name());
        }
      }
    }
  }

  @Test
  void statisticsOfAnotherWidthAreNotMerged() {
    for (StatisticKind<?> kind : KINDS) {
      assertWidthsMustBeEqual(kind);
    }
  }

  private static <S extends Statistic<S>> void assertWidthsMustBeEqual(StatisticKind<S> kind) {
    try (S three = kind.create(3);
        S four = kind.create(4)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> three.merge(four)).getMessage();
      assertTrue(message.contains("4") && message.contains("3"), message);
    }
  }

  @Test
  void aHessianInUseIsNeitherMergedNorWritten() {
    try (Workers workers = Workers.open(1);
        Hessian used = gathered(Hessian.KIND, random(1, 1, 3), 0, 1, workers);
        Hessian open = gathered(Hessian.KIND, random(2, 1, 3), 0, 1, workers)) {
      used.matrix(workers);
      // It is scaled, so the sums are no longer available.
      assertThrows(IllegalStateException.class, () -> bytes(used));
      assertThrows(IllegalStateException.class, () -> used.merge(open));
      assertThrows(IllegalStateException.class, () -> open.merge(used));
    }
  }
}
