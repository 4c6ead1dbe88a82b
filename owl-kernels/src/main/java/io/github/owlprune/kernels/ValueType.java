package io.github.owlprune.kernels;

/** The type of a packed weight's values. */
public enum ValueType {
  /** float32: every weight exactly. */
  FLOAT32(Float.BYTES),
  /** bfloat16: a weight that came as bfloat16 exactly, others rounded to the nearest. */
  BFLOAT16(Short.BYTES),
  /** int8 from -127 to 127 with a float32 scale for each row or group: zero stays zero. */
  INT8(Byte.BYTES);

  private final int bytes;

  ValueType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the size of a value.
   *
   * @return in bytes
   */
  public int bytes() {
    return bytes;
  }
}
