package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/** Products with a bitmask and bfloat16 values: {@code y[r] = Σ_j W[r, j] x[j]}. */
final class BitmaskBfloat16 extends PlainBitmask {
  private final short[] w;

  BitmaskBfloat16(Layout weight) {
    super(weight);
    this.w = weight.bfloats();
  }

  @Override
  float product(int row, float[] x) {
    int at = starts[row];
    float a = 0;
    float b = 0;
    for (int j = 0; j < padded; j += 64) {
      long bits = word(row, j);
      if ((Long.bitCount(bits) & 1) != 0) {
        a += Float.intBitsToFloat(w[at++] << 16) * x[j + Long.numberOfTrailingZeros(bits)];
        bits &= bits - 1;
      }
      while (bits != 0) {
        a += Float.intBitsToFloat(w[at] << 16) * x[j + Long.numberOfTrailingZeros(bits)];
        bits &= bits - 1;
        b += Float.intBitsToFloat(w[at + 1] << 16) * x[j + Long.numberOfTrailingZeros(bits)];
        bits &= bits - 1;
        at += 2;
      }
    }
    return a + b;
  }
}
