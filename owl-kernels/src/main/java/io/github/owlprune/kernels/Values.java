package io.github.owlprune.kernels;

/**
 * The values of a packed weight, row after row: all {@code outputs * inputs} of a dense one, or
 * those that a bitmask keeps. The arrays are not copied.
 */
public sealed interface Values {
  /**
   * Returns the type of the values.
   *
   * @return the type
   */
  ValueType type();

  /**
   * Returns how many values there are.
   *
   * @return at least 0
   */
  int count();

  /** float32 values. */
  final class Float32 implements Values {
    final float[] values;

    /**
     * Holds values.
     *
     * @param values the values
     */
    public Float32(float[] values) {
      this.values = values;
    }

    /**
     * Returns the values.
     *
     * @return the array itself
     */
    public float[] values() {
      return values;
    }

    @Override
    public ValueType type() {
      return ValueType.FLOAT32;
    }

    @Override
    public int count() {
      return values.length;
    }
  }

  /** bfloat16 values: the upper halves of float32. */
  final class Bfloat16 implements Values {
    final short[] values;

    /**
     * Holds values.
     *
     * @param values the values' bits
     */
    public Bfloat16(short[] values) {
      this.values = values;
    }

    /**
     * Returns the values' bits.
     *
     * @return the array itself
     */
    public short[] values() {
      return values;
    }

    @Override
    public ValueType type() {
      return ValueType.BFLOAT16;
    }

    @Override
    public int count() {
      return values.length;
    }
  }

  /** int8 values and their scales: a weight is its value times the scale of its row or group. */
  final class Int8 implements Values {
    final byte[] values;
    final float[] scales;
    final int group;

    /**
     * Holds values.
     *
     * @param values the values
     * @param scales {@code [outputs]}, or {@code [outputs, ceil(inputs / group)]} row after row
     * @param group how many columns share a scale: 32, 64 or 128; 0 if each row has one scale
     */
    public Int8(byte[] values, float[] scales, int group) {
      this.values = values;
      this.scales = scales;
      this.group = group;
    }

    /**
     * Returns the values.
     *
     * @return the array itself
     */
    public byte[] values() {
      return values;
    }

    /**
     * Returns the scales.
     *
     * @return the array itself
     */
    public float[] scales() {
      return scales;
    }

    /**
     * Returns how many columns share a scale.
     *
     * @return 32, 64 or 128; 0 if each row has one scale
     */
    public int group() {
      return group;
    }

    @Override
    public ValueType type() {
      return ValueType.INT8;
    }

    @Override
    public int count() {
      return values.length;
    }
  }
}
