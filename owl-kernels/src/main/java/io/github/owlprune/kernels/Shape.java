package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.Form;
import io.github.owlprune.kernels.provider.Layout;

/** The shape and type of a weight, and what follows from them: checked sizes, empty layouts. */
record Shape(int outputs, int inputs, ValueType type, int group) {
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

  Shape {
    if (outputs < 1 || inputs < 1) {
      throw new IllegalArgumentException(
          "a weight of " + outputs + " x " + inputs + " has no values; at least 1 x 1 is needed");
    }
    if (group != 0 && (type != ValueType.INT8 || (group != 32 && group != 64 && group != 128))) {
      throw new IllegalArgumentException(
          "groups of "
              + group
              + " columns were requested for "
              + type
              + "; INT8 values have groups of 32, 64 or 128, or 0 for a scale for each row");
    }
    if (outputs >= LARGEST_ARRAY || inputs > LARGEST_ARRAY - 64) {
      throw tooLarge(outputs, inputs);
    }
  }

  /** Returns the scales of a row as they are stored: 0, 1 or {@code ceil(inputs / group)}. */
  int groups() {
    if (type != ValueType.INT8) {
      return 0;
    }
    return group == 0 ? 1 : (inputs + group - 1) / group;
  }

  /** Returns the bytes of a mask's row as it is stored. */
  int maskBytes() {
    return (inputs + 7) / 8;
  }

  long denseBytes() {
    return (long) outputs * inputs * type.bytes() + scaleBytes();
  }

  /** The mask, a 64-bit offset for each row, the values. */
  long bitmaskBytes(long kept) {
    return (long) outputs * (maskBytes() + Long.BYTES) + kept * type.bytes() + scaleBytes();
  }

  private long scaleBytes() {
    return (long) outputs * groups() * Float.BYTES;
  }

  /** Returns a dense layout whose values and scales are still zero. */
  Layout dense() {
    long count = Layout.lead(type.bytes()) + (long) outputs * stride();
    Form form =
        switch (type) {
          case FLOAT32 -> Form.DENSE_FLOAT32;
          case BFLOAT16 -> Form.DENSE_BFLOAT16;
          case INT8 -> Form.DENSE_INT8;
        };
    return layout(form, count, new long[0], new int[0]);
  }

  int stride() {
    return Layout.stride(inputs, type.bytes());
  }

  /**
   * Returns a bitmask's layout whose values, scales and bits are still zero.
   *
   * @param starts where each row's values begin, and their number
   */
  Layout bitmask(int[] starts) {
    Form form =
        switch (type) {
          case FLOAT32 -> Form.BITMASK_FLOAT32;
          case BFLOAT16 -> Form.BITMASK_BFLOAT16;
          case INT8 -> Form.BITMASK_INT8;
        };
    int words = size((long) outputs * (Layout.padded(inputs) / 64));
    return layout(form, (long) starts[outputs] + Layout.TAIL, new long[words], starts);
  }

  private Layout layout(Form form, long values, long[] mask, int[] starts) {
    int count = size(values);
    int scaleStride = group == 0 ? groups() : (Layout.padded(inputs) + group - 1) / group;
    return new Layout(
        form,
        outputs,
        inputs,
        new float[type == ValueType.FLOAT32 ? count : 0],
        new short[type == ValueType.BFLOAT16 ? count : 0],
        new byte[type == ValueType.INT8 ? count : 0],
        new float[size((long) outputs * scaleStride)],
        group,
        scaleStride,
        mask,
        starts);
  }

  private int size(long count) {
    if (count > LARGEST_ARRAY) {
      throw tooLarge(outputs, inputs);
    }
    return (int) count;
  }

  private static IllegalArgumentException tooLarge(int outputs, int inputs) {
    return new IllegalArgumentException(
        "a weight of "
            + outputs
            + " x "
            + inputs
            + " does not fit an array; divide its rows into several weights");
  }
}
