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
 * Products with a dense int8 weight, a scale for each group of 32, 64 or 128 columns: {@code y[r] =
 * Σ_j s[r, j / group] q[r, j] x[j]}, two rows at once. An int8 b becomes a float32 without a
 * conversion: the bits of {@code 2^23} with the byte {@code b + 128} below are the number {@code
 * 2^23 + 128 + b}, and one subtraction leaves b; one place higher it is {@code 256 b}, which {@link
 * #scale} undoes in the input. The upper two bytes come down by a shift.
 *
 * <p>The lower half of a vector's lanes and its upper half are each within one group.
 */
final class DenseInt8Groups extends VectorRowKernel {
  private static final int L = Species.lanes(MethodHandles.lookup());
  private static final VectorSpecies<Float> F = Species.floats(L);
  private static final VectorSpecies<Byte> B = Species.bytes(L);
  private static final VectorSpecies<Integer> I = Species.ints(L);

  private final byte[] w;
  private final float[] scales;
  private final int lead;
  private final int stride;
  private final int scaleStride;
  private final int shift;

  DenseInt8Groups(Layout weight, LaneSums sums) {
    super(weight, L, 4, sums);
    this.w = weight.bytes();
    this.scales = weight.scales();
    this.lead = Layout.lead(Byte.BYTES);
    this.stride = Layout.stride(weight.inputs(), Byte.BYTES);
    this.scaleStride = weight.scaleStride();
    this.shift = Integer.numberOfTrailingZeros(weight.group());
  }

  @Override
  float scale(int part) {
    return (part & 1) == 0 ? 1 : 0x1p-8f;
  }

  @Override
  void one(float[] x, float[] lanes, int from, int to) {
    IntVector byte0 = IntVector.broadcast(I, 0xff);
    IntVector byte1 = IntVector.broadcast(I, 0xff00);
    IntVector bits0 = IntVector.broadcast(I, 0x4B000080);
    IntVector bits1 = IntVector.broadcast(I, 0x4B008000);
    FloatVector offset0 = FloatVector.broadcast(F, 0x1p23f + 128);
    FloatVector offset1 = FloatVector.broadcast(F, 0x1p23f + 256 * 128);
    VectorMask<Float> upper = VectorMask.fromLong(F, -1L << L / 2);
    for (int r = from; r < to; r += 2) {
      int r1 = Math.min(r + 1, to - 1);
      int w0 = lead + r * stride;
      int w1 = lead + r1 * stride;
      int s0 = r * scaleStride;
      int s1 = r1 * scaleStride;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      for (int j = 0; j < stride; j += 4 * L) {
        IntVector v0 = ByteVector.fromArray(B, w, w0 + j).reinterpretAsInts();
        IntVector u0 = v0.lanewise(VectorOperators.LSHR, 16);
        IntVector v1 = ByteVector.fromArray(B, w, w1 + j).reinterpretAsInts();
        IntVector u1 = v1.lanewise(VectorOperators.LSHR, 16);
        int g0 = j >> shift;
        int g1 = j + 2 * L >> shift;
        FloatVector xa = FloatVector.fromArray(F, x, j);
        FloatVector xb = FloatVector.fromArray(F, x, j + L);
        FloatVector p0 =
            xa.mul(
                v0.and(byte0)
                    .lanewise(VectorOperators.XOR, bits0)
                    .reinterpretAsFloats()
                    .sub(offset0));
        p0 =
            xb.fma(
                v0.and(byte1)
                    .lanewise(VectorOperators.XOR, bits1)
                    .reinterpretAsFloats()
                    .sub(offset1),
                p0);
        FloatVector p1 =
            xa.mul(
                v1.and(byte0)
                    .lanewise(VectorOperators.XOR, bits0)
                    .reinterpretAsFloats()
                    .sub(offset0));
        p1 =
            xb.fma(
                v1.and(byte1)
                    .lanewise(VectorOperators.XOR, bits1)
                    .reinterpretAsFloats()
                    .sub(offset1),
                p1);
        xa = FloatVector.fromArray(F, x, j + 2 * L);
        xb = FloatVector.fromArray(F, x, j + 3 * L);
        p0 =
            xa.fma(
                u0.and(byte0)
                    .lanewise(VectorOperators.XOR, bits0)
                    .reinterpretAsFloats()
                    .sub(offset0),
                p0);
        p0 =
            xb.fma(
                u0.and(byte1)
                    .lanewise(VectorOperators.XOR, bits1)
                    .reinterpretAsFloats()
                    .sub(offset1),
                p0);
        p1 =
            xa.fma(
                u1.and(byte0)
                    .lanewise(VectorOperators.XOR, bits0)
                    .reinterpretAsFloats()
                    .sub(offset0),
                p1);
        p1 =
            xb.fma(
                u1.and(byte1)
                    .lanewise(VectorOperators.XOR, bits1)
                    .reinterpretAsFloats()
                    .sub(offset1),
                p1);
        a0 = p0.fma(FloatVector.broadcast(F, scales[s0 + g0]).blend(scales[s0 + g1], upper), a0);
        a1 = p1.fma(FloatVector.broadcast(F, scales[s1 + g0]).blend(scales[s1 + g1], upper), a1);
      }
      a0.intoArray(lanes, (r - from) * L);
      a1.intoArray(lanes, (r1 - from) * L);
    }
  }

  @Override
  void few(float[][] x, int first, int count, float[] lanes, int from, int to) {
    float[] x0 = x[first];
    float[] x1 = x[first + 1];
    float[] x2 = x[first + Math.min(2, count - 1)];
    float[] x3 = x[first + count - 1];
    IntVector byte0 = IntVector.broadcast(I, 0xff);
    IntVector byte1 = IntVector.broadcast(I, 0xff00);
    IntVector bits0 = IntVector.broadcast(I, 0x4B000080);
    IntVector bits1 = IntVector.broadcast(I, 0x4B008000);
    FloatVector offset0 = FloatVector.broadcast(F, 0x1p23f + 128);
    FloatVector offset1 = FloatVector.broadcast(F, 0x1p23f + 256 * 128);
    VectorMask<Float> upper = VectorMask.fromLong(F, -1L << L / 2);
    for (int r = from; r < to; r++) {
      int w0 = lead + r * stride;
      int s0 = r * scaleStride;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      for (int j = 0; j < stride; j += 4 * L) {
        IntVector v0 = ByteVector.fromArray(B, w, w0 + j).reinterpretAsInts();
        IntVector u0 = v0.lanewise(VectorOperators.LSHR, 16);
        FloatVector q0 =
            v0.and(byte0).lanewise(VectorOperators.XOR, bits0).reinterpretAsFloats().sub(offset0);
        FloatVector q1 =
            v0.and(byte1).lanewise(VectorOperators.XOR, bits1).reinterpretAsFloats().sub(offset1);
        FloatVector q2 =
            u0.and(byte0).lanewise(VectorOperators.XOR, bits0).reinterpretAsFloats().sub(offset0);
        FloatVector q3 =
            u0.and(byte1).lanewise(VectorOperators.XOR, bits1).reinterpretAsFloats().sub(offset1);
        FloatVector scale =
            FloatVector.broadcast(F, scales[s0 + (j >> shift)])
                .blend(scales[s0 + (j + 2 * L >> shift)], upper);
        FloatVector p0 = FloatVector.fromArray(F, x0, j).mul(q0);
        p0 = FloatVector.fromArray(F, x0, j + L).fma(q1, p0);
        p0 = FloatVector.fromArray(F, x0, j + 2 * L).fma(q2, p0);
        p0 = FloatVector.fromArray(F, x0, j + 3 * L).fma(q3, p0);
        a0 = p0.fma(scale, a0);
        FloatVector p1 = FloatVector.fromArray(F, x1, j).mul(q0);
        p1 = FloatVector.fromArray(F, x1, j + L).fma(q1, p1);
        p1 = FloatVector.fromArray(F, x1, j + 2 * L).fma(q2, p1);
        p1 = FloatVector.fromArray(F, x1, j + 3 * L).fma(q3, p1);
        a1 = p1.fma(scale, a1);
        FloatVector p2 = FloatVector.fromArray(F, x2, j).mul(q0);
        p2 = FloatVector.fromArray(F, x2, j + L).fma(q1, p2);
        p2 = FloatVector.fromArray(F, x2, j + 2 * L).fma(q2, p2);
        p2 = FloatVector.fromArray(F, x2, j + 3 * L).fma(q3, p2);
        a2 = p2.fma(scale, a2);
        FloatVector p3 = FloatVector.fromArray(F, x3, j).mul(q0);
        p3 = FloatVector.fromArray(F, x3, j + L).fma(q1, p3);
        p3 = FloatVector.fromArray(F, x3, j + 2 * L).fma(q2, p3);
        p3 = FloatVector.fromArray(F, x3, j + 3 * L).fma(q3, p3);
        a3 = p3.fma(scale, a3);
      }
      a0.intoArray(lanes, (4 * (r - from) + 0) * L);
      a1.intoArray(lanes, (4 * (r - from) + 1) * L);
      a2.intoArray(lanes, (4 * (r - from) + 2) * L);
      a3.intoArray(lanes, (4 * (r - from) + 3) * L);
    }
  }
}
