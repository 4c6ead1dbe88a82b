package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/** Products with a dense bfloat16 weight: {@code y[r] = Σ_j W[r, j] x[j]}. */
final class DenseBfloat16 extends PlainRowKernel {
  private final short[] w;
  private final int lead;
  private final int stride;

  DenseBfloat16(Layout weight) {
    super(weight);
    this.w = weight.bfloats();
    this.lead = Layout.lead(Short.BYTES);
    this.stride = Layout.stride(weight.inputs(), Short.BYTES);
  }

  @Override
  float product(int row, float[] x) {
    int w0 = lead + row * stride;
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int j = 0; j < stride; j += 4) {
      a += Float.intBitsToFloat(w[w0 + j] << 16) * x[j];
      b += Float.intBitsToFloat(w[w0 + j + 1] << 16) * x[j + 1];
      c += Float.intBitsToFloat(w[w0 + j + 2] << 16) * x[j + 2];
      d += Float.intBitsToFloat(w[w0 + j + 3] << 16) * x[j + 3];
    }
    return (a + b) + (c + d);
  }
}
