package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/** Products with a dense int8 weight: {@code y[r] = Σ_j s[r, j / group] q[r, j] x[j]}. */
final class DenseInt8 extends PlainRowKernel {
  private final byte[] w;
  private final int lead;
  private final int stride;
  private final Scales scales;

  DenseInt8(Layout weight) {
    super(weight);
    this.w = weight.bytes();
    this.lead = Layout.lead(Byte.BYTES);
    this.stride = Layout.stride(weight.inputs(), Byte.BYTES);
    this.scales = new Scales(weight);
  }

  @Override
  float product(int row, float[] x) {
    int w0 = lead + row * stride;
    int run = scales.run();
    float sum = 0;
    for (int from = 0; from < stride; from += run) {
      int to = Math.min(stride, from + run);
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      for (int j = from; j < to; j += 4) {
        a += w[w0 + j] * x[j];
        b += w[w0 + j + 1] * x[j + 1];
        c += w[w0 + j + 2] * x[j + 2];
        d += w[w0 + j + 3] * x[j + 3];
      }
      sum += scales.of(row, from) * ((a + b) + (c + d));
    }
    return sum;
  }
}
