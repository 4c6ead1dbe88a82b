package io.github.owlprune.linalg;

/** Conversions to and from bfloat16, the upper half of a float: sign, exponent, 7 fraction bits. */
public final class BFloat16 {
  private BFloat16() {}

  /**
   * Rounds to the nearest bfloat16, ties to even.
   *
   * @param value any float; NaN is preserved
   * @return the bits of the bfloat16
   */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short)
          ((bits >>> 16) | 0x40); // a payload only in the lower half would yield infinity
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /**
   * Widens a bfloat16 to a float.
   *
   * @param bits the bits of the bfloat16
   * @return the same value, exactly
   */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
