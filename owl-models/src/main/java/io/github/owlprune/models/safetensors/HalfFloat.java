package io.github.owlprune.models.safetensors;

/**
 * Converts IEEE half precision to float32 by a table, and float32 to half precision by rounding.
 */
final class HalfFloat {
  private static final float[] VALUES = new float[1 << 16];
  private static final float OVERFLOW = 65520f; // the smallest magnitude that rounds to infinity

  static {
    for (int h = 0; h < VALUES.length; h++) {
      VALUES[h] = decode(h);
    }
  }

  private HalfFloat() {}

  /** Returns the value of a half, exactly. */
  static float toFloat(short half) {
    return VALUES[half & 0xffff];
  }

  private static float decode(int half) {
    int exponent = (half >>> 10) & 31;
    int mantissa = half & 1023;
    int sign = (half & 0x8000) << 16;
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (mantissa << 13));
    }
    float magnitude =
        exponent == 0
            ? mantissa * 0x1p-24f
            : (1024 + mantissa) * (float) Math.scalb(1.0, exponent - 25);
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
  }

  /** Returns the nearest half, ties to even; NaN stays NaN. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00 | ((bits >>> 13) & 0x3ff));
    }
    if (magnitude >= OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) {
      // Subnormal: a multiple of 2^-24; rint rounds ties to even.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int m = Float.floatToRawIntBits(magnitude);
    int rounded = m + 0xfff + ((m >>> 13) & 1);
    return (short) (sign | ((rounded - ((127 - 15) << 23)) >>> 13));
  }
}
