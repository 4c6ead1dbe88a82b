package io.github.owlprune.kernels.vector;

import io.github.owlprune.kernels.provider.Layout;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with a dense bfloat16 weight: {@code y[r] = Σ_j W[r, j] x[j]}, four rows at once. A
 * bfloat16 is the upper half of a float32: even columns by a shift, odd ones by a mask.
 */
final class DenseBfloat16 extends VectorRowKernel {
  private static final int L = Species.lanes(MethodHandles.lookup());
  private static final VectorSpecies<Float> F = Species.floats(L);
  private static final VectorSpecies<Short> S = Species.shorts(L);
  private static final VectorSpecies<Integer> I = Species.ints(L);

  private final short[] w;
  private final int lead;
  private final int stride;

  DenseBfloat16(Layout weight, LaneSums sums) {
    super(weight, L, 2, sums);
    this.w = weight.bfloats();
    this.lead = Layout.lead(Short.BYTES);
    this.stride = Layout.stride(weight.inputs(), Short.BYTES);
  }

  @Override
  void one(float[] x, float[] lanes, int from, int to) {
    IntVector high = IntVector.broadcast(I, 0xffff0000);
    for (int r = from; r < to; r += 4) {
      int r1 = Math.min(r + 1, to - 1);
      int r2 = Math.min(r + 2, to - 1);
      int r3 = Math.min(r + 3, to - 1);
      int w0 = lead + r * stride;
      int w1 = lead + r1 * stride;
      int w2 = lead + r2 * stride;
      int w3 = lead + r3 * stride;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      FloatVector b0 = a0;
      FloatVector b1 = a0;
      FloatVector b2 = a0;
      FloatVector b3 = a0;
      for (int j = 0; j < stride; j += 2 * L) {
        FloatVector even = FloatVector.fromArray(F, x, j);
        FloatVector odd = FloatVector.fromArray(F, x, j + L);
        IntVector v0 = ShortVector.fromArray(S, w, w0 + j).reinterpretAsInts();
        a0 = even.fma(v0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), a0);
        b0 = odd.fma(v0.and(high).reinterpretAsFloats(), b0);
        IntVector v1 = ShortVector.fromArray(S, w, w1 + j).reinterpretAsInts();
        a1 = even.fma(v1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), a1);
        b1 = odd.fma(v1.and(high).reinterpretAsFloats(), b1);
        IntVector v2 = ShortVector.fromArray(S, w, w2 + j).reinterpretAsInts();
        a2 = even.fma(v2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), a2);
        b2 = odd.fma(v2.and(high).reinterpretAsFloats(), b2);
        IntVector v3 = ShortVector.fromArray(S, w, w3 + j).reinterpretAsInts();
        a3 = even.fma(v3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), a3);
        b3 = odd.fma(v3.and(high).reinterpretAsFloats(), b3);
      }
      a0.add(b0).intoArray(lanes, (r - from) * L);
      a1.add(b1).intoArray(lanes, (r1 - from) * L);
      a2.add(b2).intoArray(lanes, (r2 - from) * L);
      a3.add(b3).intoArray(lanes, (r3 - from) * L);
    }
  }

  @Override
  void few(float[][] x, int first, int count, float[] lanes, int from, int to) {
    float[] x0 = x[first];
    float[] x1 = x[first + 1];
    float[] x2 = x[first + Math.min(2, count - 1)];
    float[] x3 = x[first + count - 1];
    IntVector high = IntVector.broadcast(I, 0xffff0000);
    for (int r = from; r < to; r++) {
      int row = lead + r * stride;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      FloatVector b0 = a0;
      FloatVector b1 = a0;
      FloatVector b2 = a0;
      FloatVector b3 = a0;
      for (int j = 0; j < stride; j += 2 * L) {
        IntVector v = ShortVector.fromArray(S, w, row + j).reinterpretAsInts();
        FloatVector even = v.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector odd = v.and(high).reinterpretAsFloats();
        a0 = FloatVector.fromArray(F, x0, j).fma(even, a0);
        b0 = FloatVector.fromArray(F, x0, j + L).fma(odd, b0);
        a1 = FloatVector.fromArray(F, x1, j).fma(even, a1);
        b1 = FloatVector.fromArray(F, x1, j + L).fma(odd, b1);
        a2 = FloatVector.fromArray(F, x2, j).fma(even, a2);
        b2 = FloatVector.fromArray(F, x2, j + L).fma(odd, b2);
        a3 = FloatVector.fromArray(F, x3, j).fma(even, a3);
        b3 = FloatVector.fromArray(F, x3, j + L).fma(odd, b3);
      }
      a0.add(b0).intoArray(lanes, (4 * (r - from) + 0) * L);
      a1.add(b1).intoArray(lanes, (4 * (r - from) + 1) * L);
      a2.add(b2).intoArray(lanes, (4 * (r - from) + 2) * L);
      a3.add(b3).intoArray(lanes, (4 * (r - from) + 3) * L);
    }
  }
}
