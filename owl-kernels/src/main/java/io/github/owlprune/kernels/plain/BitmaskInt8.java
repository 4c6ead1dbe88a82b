package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/**
 * Products with a bitmask and int8 values: {@code y[r] = Σ_j s[r, j / group] q[r, j] x[j]}. The sum
 * of 32 columns, which have one scale, is scaled as a whole.
 */
final class BitmaskInt8 extends PlainBitmask {
  private final byte[] w;
  private final Scales scales;

  BitmaskInt8(Layout weight) {
    super(weight);
    this.w = weight.bytes();
    this.scales = new Scales(weight);
  }

  @Override
  float product(int row, float[] x) {
    int at = starts[row];
    float sum = 0;
    for (int j = 0; j < padded; j += 64) {
      long word = word(row, j);
      for (int half = j; half < j + 64; half += 32) {
        int bits = (int) (half == j ? word : word >>> 32);
        if (bits == 0) {
          continue;
        }
        float a = 0;
        while (bits != 0) {
          a += w[at++] * x[half + Integer.numberOfTrailingZeros(bits)];
          bits &= bits - 1;
        }
        sum += scales.of(row, half) * a;
      }
    }
    return sum;
  }
}
