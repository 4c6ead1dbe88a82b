package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/** Products with a dense float32 weight: {@code y[r] = Σ_j W[r, j] x[j]}. */
final class DenseFloat32 extends PlainRowKernel {
  private final float[] w;
  private final int lead;
  private final int stride;

  DenseFloat32(Layout weight) {
    super(weight);
    this.w = weight.floats();
    this.lead = Layout.lead(Float.BYTES);
    this.stride = Layout.stride(weight.inputs(), Float.BYTES);
  }

  @Override
  float product(int row, float[] x) {
    int w0 = lead + row * stride;
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int j = 0; j < stride; j += 4) {
      a += w[w0 + j] * x[j];
      b += w[w0 + j + 1] * x[j + 1];
      c += w[w0 + j + 2] * x[j + 2];
      d += w[w0 + j + 3] * x[j + 3];
    }
    return (a + b) + (c + d);
  }
}
