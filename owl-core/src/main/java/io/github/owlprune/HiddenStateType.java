package io.github.owlprune;

import io.github.owlprune.linalg.BFloat16;
import java.nio.ByteBuffer;

/** How hidden states lie in a file. */
public enum HiddenStateType {
  /** As they are: 4 bytes a number. */
  FLOAT32(Float.BYTES) {
    @Override
    void put(ByteBuffer buffer, float[] values, int from, int count) {
      buffer.asFloatBuffer().put(values, from, count);
    }

    @Override
    void get(ByteBuffer buffer, float[] values, int from, int count) {
      buffer.asFloatBuffer().get(values, from, count);
    }
  },

  /**
   * Rounded to the nearest bfloat16, ties to even: 2 bytes a number, of which 8 bits are the
   * mantissa's. What is measured and pruned changes a little.
   */
  BFLOAT16(Short.BYTES) {
    @Override
    void put(ByteBuffer buffer, float[] values, int from, int count) {
      for (int i = 0; i < count; i++) {
        buffer.putShort(i * Short.BYTES, BFloat16.of(values[from + i]));
      }
    }

    @Override
    void get(ByteBuffer buffer, float[] values, int from, int count) {
      for (int i = 0; i < count; i++) {
        values[from + i] = BFloat16.toFloat(buffer.getShort(i * Short.BYTES));
      }
    }
  };

  private final int bytes;

  HiddenStateType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The size of a number.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }

  /** Writes at the buffer's beginning. */
  abstract void put(ByteBuffer buffer, float[] values, int from, int count);

  /** Reads from the buffer's beginning. */
  abstract void get(ByteBuffer buffer, float[] values, int from, int count);
}
