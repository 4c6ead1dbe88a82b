package io.github.owlprune.kernels.vector;

import io.github.owlprune.kernels.provider.Layout;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Products with a dense float32 weight: {@code y[r] = Σ_j W[r, j] x[j]}, four rows at once. */
final class DenseFloat32 extends VectorRowKernel {
  private static final int L = Species.lanes(MethodHandles.lookup());
  private static final VectorSpecies<Float> F = Species.floats(L);

  private final float[] w;
  private final int lead;
  private final int stride;

  DenseFloat32(Layout weight, LaneSums sums) {
    super(weight, L, 1, sums);
    this.w = weight.floats();
    this.lead = Layout.lead(Float.BYTES);
    this.stride = Layout.stride(weight.inputs(), Float.BYTES);
  }

  @Override
  void one(float[] x, float[] lanes, int from, int to) {
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
      for (int j = 0; j < stride; j += L) {
        FloatVector v = FloatVector.fromArray(F, x, j);
        a0 = v.fma(FloatVector.fromArray(F, w, w0 + j), a0);
        a1 = v.fma(FloatVector.fromArray(F, w, w1 + j), a1);
        a2 = v.fma(FloatVector.fromArray(F, w, w2 + j), a2);
        a3 = v.fma(FloatVector.fromArray(F, w, w3 + j), a3);
      }
      a0.intoArray(lanes, (r - from) * L);
      a1.intoArray(lanes, (r1 - from) * L);
      a2.intoArray(lanes, (r2 - from) * L);
      a3.intoArray(lanes, (r3 - from) * L);
    }
  }

  @Override
  void few(float[][] x, int first, int count, float[] lanes, int from, int to) {
    float[] x0 = x[first];
    float[] x1 = x[first + 1];
    float[] x2 = x[first + Math.min(2, count - 1)];
    float[] x3 = x[first + count - 1];
    for (int r = from; r < to; r++) {
      int row = lead + r * stride;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      for (int j = 0; j < stride; j += L) {
        FloatVector v = FloatVector.fromArray(F, w, row + j);
        a0 = FloatVector.fromArray(F, x0, j).fma(v, a0);
        a1 = FloatVector.fromArray(F, x1, j).fma(v, a1);
        a2 = FloatVector.fromArray(F, x2, j).fma(v, a2);
        a3 = FloatVector.fromArray(F, x3, j).fma(v, a3);
      }
      a0.intoArray(lanes, (4 * (r - from) + 0) * L);
      a1.intoArray(lanes, (4 * (r - from) + 1) * L);
      a2.intoArray(lanes, (4 * (r - from) + 2) * L);
      a3.intoArray(lanes, (4 * (r - from) + 3) * L);
    }
  }
}
