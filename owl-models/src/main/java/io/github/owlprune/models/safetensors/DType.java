package io.github.owlprune.models.safetensors;

import io.github.owlprune.linalg.BFloat16;
import java.nio.ByteBuffer;

/**
 * The element types of the safetensors format. Floats of 16 and 32 bits can be read and written.
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned 8 bits. */
  U8(1),
  /** Signed 8 bits. */
  I8(1),
  /** An 8-bit float with 4 exponent bits. */
  F8_E4M3(1),
  /** An 8-bit float with 5 exponent bits. */
  F8_E5M2(1),
  /** Signed 16 bits. */
  I16(2),
  /** Unsigned 16 bits. */
  U16(2),
  /** IEEE half precision. */
  F16(2) {
    @Override
    float get(ByteBuffer from, int element) {
      return HalfFloat.toFloat(from.getShort(element * 2));
    }

    @Override
    public void put(ByteBuffer into, float value) {
      into.putShort(HalfFloat.of(value));
    }
  },
  /** The upper 16 bits of a float32. */
  BF16(2) {
    @Override
    float get(ByteBuffer from, int element) {
      return BFloat16.toFloat(from.getShort(element * 2));
    }

    @Override
    public void put(ByteBuffer into, float value) {
      into.putShort(BFloat16.of(value));
    }
  },
  /** Signed 32 bits. */
  I32(4),
  /** Unsigned 32 bits. */
  U32(4),
  /** IEEE single precision. */
  F32(4) {
    @Override
    float get(ByteBuffer from, int element) {
      return from.getFloat(element * 4);
    }

    @Override
    public void put(ByteBuffer into, float value) {
      into.putFloat(value);
    }
  },
  /** IEEE double precision. */
  F64(8),
  /** Signed 64 bits. */
  I64(8),
  /** Unsigned 64 bits. */
  U64(8),
  /**
   * Any type that this release does not know, such as floats of 4 bits; its tensors can be copied,
   * as their position in the file says how long they are.
   */
  OTHER(0);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the type of a name in a header, {@link #OTHER} for an unknown one. */
  static DType of(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    return OTHER;
  }

  /**
   * Returns the size of an element.
   *
   * @return bytes; 0 for {@link #OTHER}
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Returns whether tensors of this type can be read as float32 and written back.
   *
   * @return true for F32, F16 and BF16
   */
  public boolean isComputable() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** Returns the element at an index, converted exactly. */
  float get(ByteBuffer from, int element) {
    throw new IllegalStateException(
        "elements of type " + this + " cannot be converted; use F32, F16 or BF16");
  }

  /**
   * Appends a value, rounded to nearest, ties to even.
   *
   * @param into receives {@link #bytes} bytes at its position in its own byte order; the format
   *     requires little-endian
   * @param value the value to write
   * @throws IllegalStateException if the type is not {@linkplain #isComputable computable}
   */
  public void put(ByteBuffer into, float value) {
    throw new IllegalStateException(
        "elements of type " + this + " cannot be converted; use F32, F16 or BF16");
  }
}
