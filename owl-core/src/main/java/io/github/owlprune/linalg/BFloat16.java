package io.github.owlprune.linalg;

/** The upper half of a float: its sign, its exponent, and 7 bits after the point. */
public final class BFloat16 {
  private BFloat16() {}

  /**
   * The nearest bfloat16, ties to even.
   *
   * @param value any float; a NaN stays one
   * @return its bits
   */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short)
          ((bits >>> 16) | 0x40); // a payload in the lower half alone would make it infinite
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /**
   * The value of a bfloat16.
   *
   * @param bits its bits
   * @return exactly that
   */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
