package io.github.owlprune.kernels.vector;

import io.github.owlprune.kernels.provider.Layout;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with a bitmask and int8 values, a scale for each row: {@code y[r] = s[r] Σ_j q[r, j]
 * x[j]}, two rows at once. An int8 b becomes a float32 without a conversion: the bits of {@code
 * 2^23} with the byte {@code b + 128} below are the number {@code 2^23 + 128 + b}, and one
 * subtraction leaves b; one place higher it is {@code 256 b}, which {@link #scale} undoes in the
 * input. The upper two bytes come down by a shift.
 */
final class BitmaskInt8 extends VectorRowKernel {
  private static final int L = Species.lanes(MethodHandles.lookup());
  private static final VectorSpecies<Float> F = Species.floats(L);
  private static final VectorSpecies<Byte> B = Species.bytes(L);
  private static final VectorSpecies<Integer> I = Species.ints(L);

  /** The bits of a vector's columns. */
  private static final long BITS = -1L >>> (64 - 4 * L);

  private final byte[] w;
  private final long[] mask;
  private final int[] starts;
  private final int words;

  BitmaskInt8(Layout weight, LaneSums sums) {
    super(weight, L, 4, sums);
    this.w = weight.bytes();
    this.mask = weight.mask();
    this.starts = weight.starts();
    this.words = weight.maskStride();
  }

  @Override
  float scale(int part) {
    return (part & 1) == 0 ? 1 : 0x1p-8f;
  }

  @Override
  void one(float[] x, float[] lanes, int from, int to) {
    try {
      IntVector byte0 = IntVector.broadcast(I, 0xff);
      IntVector byte1 = IntVector.broadcast(I, 0xff00);
      IntVector bits0 = IntVector.broadcast(I, 0x4B000080);
      IntVector bits1 = IntVector.broadcast(I, 0x4B008000);
      FloatVector offset0 = FloatVector.broadcast(F, 0x1p23f + 128);
      FloatVector offset1 = FloatVector.broadcast(F, 0x1p23f + 256 * 128);
      for (int r = from; r < to; r += 2) {
        int r1 = Math.min(r + 1, to - 1);
        int w0 = starts[r];
        int m0 = r * words;
        int w1 = starts[r1];
        int m1 = r1 * words;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        for (int k = 0; k < words; k++) {
          long k0 = mask[m0 + k];
          long k1 = mask[m1 + k];
          for (int h = 0; h < 64; h += 4 * L) {
            int j = 64 * k + h;
            long c0 = k0 & BITS;
            IntVector v0 =
                ((ByteVector)
                        Expand.BYTES.invokeExact(
                            ByteVector.fromArray(B, w, w0), VectorMask.fromLong(B, c0)))
                    .reinterpretAsInts();
            w0 += Long.bitCount(c0);
            IntVector u0 = v0.lanewise(VectorOperators.LSHR, 16);
            long c1 = k1 & BITS;
            IntVector v1 =
                ((ByteVector)
                        Expand.BYTES.invokeExact(
                            ByteVector.fromArray(B, w, w1), VectorMask.fromLong(B, c1)))
                    .reinterpretAsInts();
            w1 += Long.bitCount(c1);
            IntVector u1 = v1.lanewise(VectorOperators.LSHR, 16);
            FloatVector xa = FloatVector.fromArray(F, x, j);
            FloatVector xb = FloatVector.fromArray(F, x, j + L);
            a0 =
                xa.fma(
                    v0.and(byte0)
                        .lanewise(VectorOperators.XOR, bits0)
                        .reinterpretAsFloats()
                        .sub(offset0),
                    a0);
            b0 =
                xb.fma(
                    v0.and(byte1)
                        .lanewise(VectorOperators.XOR, bits1)
                        .reinterpretAsFloats()
                        .sub(offset1),
                    b0);
            a1 =
                xa.fma(
                    v1.and(byte0)
                        .lanewise(VectorOperators.XOR, bits0)
                        .reinterpretAsFloats()
                        .sub(offset0),
                    a1);
            b1 =
                xb.fma(
                    v1.and(byte1)
                        .lanewise(VectorOperators.XOR, bits1)
                        .reinterpretAsFloats()
                        .sub(offset1),
                    b1);
            xa = FloatVector.fromArray(F, x, j + 2 * L);
            xb = FloatVector.fromArray(F, x, j + 3 * L);
            a0 =
                xa.fma(
                    u0.and(byte0)
                        .lanewise(VectorOperators.XOR, bits0)
                        .reinterpretAsFloats()
                        .sub(offset0),
                    a0);
            b0 =
                xb.fma(
                    u0.and(byte1)
                        .lanewise(VectorOperators.XOR, bits1)
                        .reinterpretAsFloats()
                        .sub(offset1),
                    b0);
            a1 =
                xa.fma(
                    u1.and(byte0)
                        .lanewise(VectorOperators.XOR, bits0)
                        .reinterpretAsFloats()
                        .sub(offset0),
                    a1);
            b1 =
                xb.fma(
                    u1.and(byte1)
                        .lanewise(VectorOperators.XOR, bits1)
                        .reinterpretAsFloats()
                        .sub(offset1),
                    b1);
            k0 >>>= 4 * L;
            k1 >>>= 4 * L;
          }
        }
        a0.add(b0).intoArray(lanes, (r - from) * L);
        a1.add(b1).intoArray(lanes, (r1 - from) * L);
      }
    } catch (Throwable thrown) {
      throw Expand.failure(thrown);
    }
  }

  @Override
  void few(float[][] x, int first, int count, float[] lanes, int from, int to) {
    float[] x0 = x[first];
    float[] x1 = x[first + 1];
    float[] x2 = x[first + Math.min(2, count - 1)];
    float[] x3 = x[first + count - 1];
    try {
      IntVector byte0 = IntVector.broadcast(I, 0xff);
      IntVector byte1 = IntVector.broadcast(I, 0xff00);
      IntVector bits0 = IntVector.broadcast(I, 0x4B000080);
      IntVector bits1 = IntVector.broadcast(I, 0x4B008000);
      FloatVector offset0 = FloatVector.broadcast(F, 0x1p23f + 128);
      FloatVector offset1 = FloatVector.broadcast(F, 0x1p23f + 256 * 128);
      for (int r = from; r < to; r++) {
        int w0 = starts[r];
        int m0 = r * words;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int k = 0; k < words; k++) {
          long k0 = mask[m0 + k];
          for (int h = 0; h < 64; h += 4 * L) {
            int j = 64 * k + h;
            long c0 = k0 & BITS;
            IntVector v0 =
                ((ByteVector)
                        Expand.BYTES.invokeExact(
                            ByteVector.fromArray(B, w, w0), VectorMask.fromLong(B, c0)))
                    .reinterpretAsInts();
            w0 += Long.bitCount(c0);
            IntVector u0 = v0.lanewise(VectorOperators.LSHR, 16);
            FloatVector q0 =
                v0.and(byte0)
                    .lanewise(VectorOperators.XOR, bits0)
                    .reinterpretAsFloats()
                    .sub(offset0);
            FloatVector q1 =
                v0.and(byte1)
                    .lanewise(VectorOperators.XOR, bits1)
                    .reinterpretAsFloats()
                    .sub(offset1);
            FloatVector q2 =
                u0.and(byte0)
                    .lanewise(VectorOperators.XOR, bits0)
                    .reinterpretAsFloats()
                    .sub(offset0);
            FloatVector q3 =
                u0.and(byte1)
                    .lanewise(VectorOperators.XOR, bits1)
                    .reinterpretAsFloats()
                    .sub(offset1);
            a0 = FloatVector.fromArray(F, x0, j).fma(q0, a0);
            b0 = FloatVector.fromArray(F, x0, j + L).fma(q1, b0);
            a0 = FloatVector.fromArray(F, x0, j + 2 * L).fma(q2, a0);
            b0 = FloatVector.fromArray(F, x0, j + 3 * L).fma(q3, b0);
            a1 = FloatVector.fromArray(F, x1, j).fma(q0, a1);
            b1 = FloatVector.fromArray(F, x1, j + L).fma(q1, b1);
            a1 = FloatVector.fromArray(F, x1, j + 2 * L).fma(q2, a1);
            b1 = FloatVector.fromArray(F, x1, j + 3 * L).fma(q3, b1);
            a2 = FloatVector.fromArray(F, x2, j).fma(q0, a2);
            b2 = FloatVector.fromArray(F, x2, j + L).fma(q1, b2);
            a2 = FloatVector.fromArray(F, x2, j + 2 * L).fma(q2, a2);
            b2 = FloatVector.fromArray(F, x2, j + 3 * L).fma(q3, b2);
            a3 = FloatVector.fromArray(F, x3, j).fma(q0, a3);
            b3 = FloatVector.fromArray(F, x3, j + L).fma(q1, b3);
            a3 = FloatVector.fromArray(F, x3, j + 2 * L).fma(q2, a3);
            b3 = FloatVector.fromArray(F, x3, j + 3 * L).fma(q3, b3);
            k0 >>>= 4 * L;
          }
        }
        a0.add(b0).intoArray(lanes, (4 * (r - from) + 0) * L);
        a1.add(b1).intoArray(lanes, (4 * (r - from) + 1) * L);
        a2.add(b2).intoArray(lanes, (4 * (r - from) + 2) * L);
        a3.add(b3).intoArray(lanes, (4 * (r - from) + 3) * L);
      }
    } catch (Throwable thrown) {
      throw Expand.failure(thrown);
    }
  }
}
