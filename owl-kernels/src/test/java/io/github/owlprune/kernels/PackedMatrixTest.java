package io.github.owlprune.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is packed comes back, and parts that disagree are refused. */
class PackedMatrixTest {
  @Property(tries = 200)
  void givesBackEveryBit(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int outputs,
      @ForAll @IntRange(min = 1, max = 200) int inputs,
      @ForAll @DoubleRange(min = 0, max = 1) double sparsity,
      @ForAll boolean bfloat16) {
    float[][] rows = RandomWeights.rows(seed, outputs, inputs, sparsity, bfloat16);
    rows[0][0] = -0.0f;
    rows[outputs - 1][inputs - 1] = Float.NEGATIVE_INFINITY;
    PackedMatrix weight =
        RandomWeights.pack(rows, bfloat16 ? ValueType.BFLOAT16 : ValueType.FLOAT32, 0);
    float[] row = new float[inputs];
    for (int r = 0; r < outputs; r++) {
      weight.unpackRow(r, row);
      assertArrayEquals(bits(rows[r]), bits(row));
      RandomWeights.otherForm(weight).unpackRow(r, row);
      assertArrayEquals(bits(rows[r]), bits(row));
    }
    assertEquals(weight, again(weight));
    assertEquals(weight.hashCode(), again(weight).hashCode());
    assertNotEquals(weight, RandomWeights.otherForm(weight));
  }

  @Property(tries = 100)
  void roundsToTheNearestInt8(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int outputs,
      @ForAll @IntRange(min = 1, max = 300) int inputs,
      @ForAll @DoubleRange(min = 0, max = 1) double sparsity) {
    float[][] rows = RandomWeights.rows(seed, outputs, inputs, sparsity, false);
    for (int group : new int[] {0, 32, 64, 128}) {
      PackedMatrix weight = RandomWeights.pack(rows, ValueType.INT8, group);
      assertEquals(weight, again(weight));
      float[] row = new float[inputs];
      for (int r = 0; r < outputs; r++) {
        weight.unpackRow(r, row);
        for (int j = 0; j < inputs; j++) {
          int run = group == 0 ? inputs : group;
          int from = j / run * run;
          float largest = 0;
          for (int i = from; i < Math.min(inputs, from + run); i++) {
            largest = Math.max(largest, Math.abs(rows[r][i]));
          }
          // Half a step, and the roundings of the scale and of its product with the value.
          assertEquals(rows[r][j], row[j], largest / 254 + 4 * Math.ulp(largest));
        }
      }
    }
  }

  @Test
  void roundsToTheNearestBfloat16() {
    float[] w = {
      0x1.01p0f, // halfway between 1 and the next: to the even 1
      0x1.03p0f, // halfway between the next two: to the even one above
      0x1.0102p0f,
      Float.MAX_VALUE,
      Float.intBitsToFloat(0x7f800001), // not a number, in the lower half only
      Float.MIN_VALUE
    };
    PackedMatrix weight = RandomWeights.pack(new float[][] {w}, ValueType.BFLOAT16, 0);
    float[] row = new float[w.length];
    weight.unpackRow(0, row);
    assertEquals(1, row[0]);
    assertEquals(1.015625f, row[1]);
    assertEquals(1.0078125f, row[2]);
    assertEquals(Float.POSITIVE_INFINITY, row[3]);
    assertTrue(Float.isNaN(row[4]));
    assertEquals(0, row[5]);
  }

  @Test
  void choosesTheSmallerForm() {
    // A row of 4,096 bfloat16 costs 512 bytes of bits and 8 of offset: 260 zeros, or 6.3 %.
    for (int zeros = 0; zeros < 4096; zeros += 20) {
      float[][] rows = new float[2][4096];
      for (float[] row : rows) {
        Arrays.fill(row, zeros, row.length, 1);
      }
      PackedMatrix weight = RandomWeights.pack(rows, ValueType.BFLOAT16, 0);
      assertEquals(zeros > 260, weight.hasBitmask());
      long kept = 2L * (4096 - zeros);
      assertEquals(weight.hasBitmask() ? kept : 2 * 4096, weight.kept());
      assertEquals(weight.hasBitmask() ? 2 * kept + 2 * (512 + 8) : 2 * 2 * 4096, weight.bytes());
    }
  }

  @Test
  void readsTheStoredLayout() {
    // Columns 0 and 9 of row 0, none of row 1, column 8 of row 2.
    byte[] mask = {1, 2, 0, 0, 0, 1};
    PackedMatrix weight =
        PackedMatrix.bitmask(
            3, 10, mask, new long[] {0, 2, 2}, new Values.Float32(new float[] {5, 6, 7}));
    float[] row = new float[10];
    weight.unpackRow(0, row);
    assertArrayEquals(new float[] {5, 0, 0, 0, 0, 0, 0, 0, 0, 6}, row);
    weight.unpackRow(1, row);
    assertArrayEquals(new float[10], row);
    weight.unpackRow(2, row);
    assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 0, 0, 7, 0}, row);
    assertArrayEquals(mask, weight.mask());
    assertArrayEquals(new long[] {0, 2, 2}, weight.rowOffsets());
    assertEquals("3 x 10 FLOAT32, 10.0 % kept", weight.toString());
  }

  @Test
  void refusesPartsThatDisagree() {
    Values three = new Values.Float32(new float[3]);
    byte[] mask = {1, 2, 0, 0, 0, 1};
    long[] offsets = {0, 2, 2};
    PackedMatrix.bitmask(3, 10, mask, offsets, three);
    refuses("2 row offsets", () -> PackedMatrix.bitmask(3, 10, mask, new long[2], three));
    refuses("begin at 1", () -> PackedMatrix.bitmask(3, 10, mask, new long[] {0, 1, 2}, three));
    refuses("begin at -1", () -> PackedMatrix.bitmask(3, 10, mask, new long[] {-1, 2, 2}, three));
    refuses(
        "begin at 4294967298",
        () -> PackedMatrix.bitmask(3, 10, mask, new long[] {0, 2, (1L << 32) + 2}, three));
    refuses("5 bytes", () -> PackedMatrix.bitmask(3, 10, new byte[5], offsets, three));
    refuses("7 bytes", () -> PackedMatrix.bitmask(3, 10, new byte[7], offsets, three));
    for (int bit = 10; bit < 16; bit++) {
      byte[] beyond = mask.clone();
      beyond[1] |= (byte) (1 << (bit - 8));
      refuses("beyond column 9", () -> PackedMatrix.bitmask(3, 10, beyond, offsets, three));
    }
    Values four = new Values.Bfloat16(new short[4]);
    refuses("4 values", () -> PackedMatrix.bitmask(3, 10, mask, offsets, four));
    refuses("4 values", () -> PackedMatrix.dense(1, 3, four));
    refuses("4 values", () -> PackedMatrix.dense(65536, 65537, four));
    refuses("0 x 4", () -> PackedMatrix.dense(0, 4, four));
    refuses("4 x -1", () -> PackedMatrix.dense(4, -1, four));
    refuses("groups of 16", () -> PackedMatrix.dense(1, 4, int8(new float[1], 16)));
    refuses("2 scales", () -> PackedMatrix.dense(1, 4, int8(new float[2], 0)));
    refuses("0 scales", () -> PackedMatrix.dense(1, 4, int8(new float[0], 128)));
    refuses("scale 0 is NaN", () -> PackedMatrix.dense(1, 4, int8(new float[] {Float.NaN}, 0)));
    refuses(
        "does not fit",
        () -> PackedMatrix.pack(Integer.MAX_VALUE, 1, ValueType.INT8, 0, (r, into) -> into[0] = 1));
    refuses("INT8", () -> PackedMatrix.pack(1, 4, ValueType.FLOAT32, 32, (r, into) -> into[0] = 1));
    refuses(
        "finite",
        () ->
            PackedMatrix.pack(
                1, 1, ValueType.INT8, 0, (r, into) -> into[0] = Float.POSITIVE_INFINITY));
  }

  private static Values int8(float[] scales, int group) {
    return new Values.Int8(new byte[4], scales, group);
  }

  private static void refuses(String message, Executable call) {
    String said = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(said.contains(message), said);
  }

  @Test
  void noticesRowsThatChange() {
    for (int second : new int[] {0, 2}) {
      int[] reads = {0};
      assertThrows(
          IllegalStateException.class,
          () ->
              PackedMatrix.pack(
                  1,
                  300,
                  ValueType.FLOAT32,
                  0,
                  (r, into) -> {
                    Arrays.fill(into, 0);
                    Arrays.fill(into, 0, reads[0]++ == 0 ? 1 : second, 1);
                  }));
    }
  }

  @Test
  void refusesMaskOfDense() {
    PackedMatrix weight = PackedMatrix.dense(1, 1, new Values.Float32(new float[] {2}));
    assertFalse(weight.hasBitmask());
    assertThrows(IllegalStateException.class, weight::mask);
    assertThrows(IllegalStateException.class, weight::rowOffsets);
    assertThrows(IndexOutOfBoundsException.class, () -> weight.unpackRow(1, new float[1]));
    assertThrows(IndexOutOfBoundsException.class, () -> weight.unpackRow(0, new float[0]));
    assertEquals("1 x 1 FLOAT32, dense", weight.toString());
  }

  private static PackedMatrix again(PackedMatrix weight) {
    return weight.hasBitmask()
        ? PackedMatrix.bitmask(
            weight.outputs(), weight.inputs(), weight.mask(), weight.rowOffsets(), weight.values())
        : PackedMatrix.dense(weight.outputs(), weight.inputs(), weight.values());
  }

  private static int[] bits(float[] w) {
    int[] bits = new int[w.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(w[i]));
    return bits;
  }
}
