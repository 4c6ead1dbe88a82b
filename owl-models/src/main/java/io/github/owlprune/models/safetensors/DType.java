package io.github.owlprune.models.safetensors;

import io.github.owlprune.linalg.BFloat16;
import java.nio.ByteBuffer;

/**
 * The element types of the format. Those that are floats of at most 32 bits can be computed with.
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Unsigned 8 bits. */
  U8(1),
  /** Signed 8 bits. */
  I8(1),
  /** An 8-bit float of 4 exponent bits. */
  F8_E4M3(1),
  /** An 8-bit float of 5 exponent bits. */
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
  /** The upper half of a float. */
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
  U64(8);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The size of an element.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether tensors of this type can be read as float32 and written back.
   *
   * @return true for F32, F16 and BF16
   */
  public boolean isComputable() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** The element at an index, exactly. */
  float get(ByteBuffer from, int element) {
    throw new IllegalStateException(this + " is not computed with");
  }

  /**
   * Appends a value, rounded to the nearest, ties to even.
   *
   * @param into takes {@link #bytes} bytes at its position, in its own order; little-endian is the
   *     format's
   * @param value what to write
   * @throws IllegalStateException if the type is not {@linkplain #isComputable computable}
   */
  public void put(ByteBuffer into, float value) {
    throw new IllegalStateException(this + " is not computed with");
  }
}
