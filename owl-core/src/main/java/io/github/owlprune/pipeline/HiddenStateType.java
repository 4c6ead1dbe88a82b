package io.github.owlprune.pipeline;

import io.github.owlprune.linalg.BFloat16;
import java.nio.ByteBuffer;

/** The number type of hidden states in a file. */
public enum HiddenStateType {
  /** float32, exact: 4 bytes for each number. */
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
   * bfloat16, rounded to nearest, ties to even: 2 bytes for each number, with 8 significant bits.
   * Measurements and pruning change slightly.
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
   * Returns the size of a number.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }

  /** Writes values at the start of the buffer. */
  abstract void put(ByteBuffer buffer, float[] values, int from, int count);

  /** Reads values from the start of the buffer. */
  abstract void get(ByteBuffer buffer, float[] values, int from, int count);
}
