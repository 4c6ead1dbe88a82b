package io.github.owlprune.kernels.vector;

import io.github.owlprune.kernels.provider.Layout;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with a bitmask and float32 values: {@code y[r] = Σ_j W[r, j] x[j]}, two rows at once. A
 * load of the next values is expanded to the columns whose bits are set, and the count of the bits
 * leads to the next load.
 */
final class BitmaskFloat32 extends VectorRowKernel {
  private static final int L = Species.lanes(MethodHandles.lookup());
  private static final VectorSpecies<Float> F = Species.floats(L);

  /** The columns of a vector, and their bits. */
  private static final int C = L;

  private static final long BITS = -1L >>> (64 - C);

  private final float[] w;
  private final long[] mask;
  private final int[] starts;
  private final int words;

  BitmaskFloat32(Layout weight, LaneSums sums) {
    super(weight, L, 1, sums);
    this.w = weight.floats();
    this.mask = weight.mask();
    this.starts = weight.starts();
    this.words = weight.maskStride();
  }

  @Override
  void one(float[] x, float[] lanes, int from, int to) {
    try {
      for (int r = from; r < to; r += 2) {
        int r1 = Math.min(r + 1, to - 1);
        int w0 = starts[r];
        int w1 = starts[r1];
        int m0 = r * words;
        int m1 = r1 * words;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        for (int k = 0; k < words; k++) {
          for (int h = 0; h < 64; h += 2 * C) {
            int j = 64 * k + h;
            FloatVector x0 = FloatVector.fromArray(F, x, j);
            FloatVector x1 = FloatVector.fromArray(F, x, j + C);
            long bits = mask[m0 + k] >>> h;
            long c = bits & BITS;
            FloatVector v =
                (FloatVector)
                    Expand.FLOATS.invokeExact(
                        FloatVector.fromArray(F, w, w0), VectorMask.fromLong(F, c));
            w0 += Long.bitCount(c);
            a0 = x0.fma(v, a0);
            c = (bits >>> C) & BITS;
            v =
                (FloatVector)
                    Expand.FLOATS.invokeExact(
                        FloatVector.fromArray(F, w, w0), VectorMask.fromLong(F, c));
            w0 += Long.bitCount(c);
            b0 = x1.fma(v, b0);
            bits = mask[m1 + k] >>> h;
            c = bits & BITS;
            v =
                (FloatVector)
                    Expand.FLOATS.invokeExact(
                        FloatVector.fromArray(F, w, w1), VectorMask.fromLong(F, c));
            w1 += Long.bitCount(c);
            a1 = x0.fma(v, a1);
            c = (bits >>> C) & BITS;
            v =
                (FloatVector)
                    Expand.FLOATS.invokeExact(
                        FloatVector.fromArray(F, w, w1), VectorMask.fromLong(F, c));
            w1 += Long.bitCount(c);
            b1 = x1.fma(v, b1);
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
          for (int h = 0; h < 64; h += 2 * C) {
            int j = 64 * k + h;
            long c0 = k0 & BITS;
            FloatVector v0 =
                (FloatVector)
                    Expand.FLOATS.invokeExact(
                        FloatVector.fromArray(F, w, w0), VectorMask.fromLong(F, c0));
            w0 += Long.bitCount(c0);
            c0 = (k0 >>> C) & BITS;
            FloatVector u0 =
                (FloatVector)
                    Expand.FLOATS.invokeExact(
                        FloatVector.fromArray(F, w, w0), VectorMask.fromLong(F, c0));
            w0 += Long.bitCount(c0);
            a0 = FloatVector.fromArray(F, x0, j).fma(v0, a0);
            b0 = FloatVector.fromArray(F, x0, j + C).fma(u0, b0);
            a1 = FloatVector.fromArray(F, x1, j).fma(v0, a1);
            b1 = FloatVector.fromArray(F, x1, j + C).fma(u0, b1);
            a2 = FloatVector.fromArray(F, x2, j).fma(v0, a2);
            b2 = FloatVector.fromArray(F, x2, j + C).fma(u0, b2);
            a3 = FloatVector.fromArray(F, x3, j).fma(v0, a3);
            b3 = FloatVector.fromArray(F, x3, j + C).fma(u0, b3);
            k0 >>>= 2 * C;
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
