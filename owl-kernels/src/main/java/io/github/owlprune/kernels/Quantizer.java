package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.Layout;

/** Turns a row's float32 weights into stored values, and back. */
final class Quantizer {
  private static final int LARGEST = 127;

  private Quantizer() {}

  /** Returns the nearest bfloat16; halves go to the even one. */
  static short bfloat16(float w) {
    int bits = Float.floatToRawIntBits(w);
    if (Float.isNaN(w)) {
      return (short) ((bits >>> 16) | 0x40); // rounding up could make it infinite
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  static float float32(short bfloat16) {
    return Float.intBitsToFloat(bfloat16 << 16);
  }

  /** Writes a row's scales: the largest magnitude of each group over 127. */
  static void scales(Layout weight, int row, float[] w) {
    int group = run(weight);
    for (int from = 0; from < weight.inputs(); from += group) {
      float largest = 0;
      for (int j = from; j < Math.min(weight.inputs(), from + group); j++) {
        if (!Float.isFinite(w[j])) {
          throw new IllegalArgumentException(
              "the weight in row "
                  + row
                  + " and column "
                  + j
                  + " is "
                  + w[j]
                  + "; int8 values can only stand for finite weights");
        }
        largest = Math.max(largest, Math.abs(w[j]));
      }
      weight.scales()[row * weight.scaleStride() + from / group] = largest / LARGEST;
    }
  }

  static byte int8(Layout weight, int row, int column, float w) {
    float scale = scale(weight, row, column);
    if (scale == 0) {
      return 0;
    }
    return (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.rint((double) w / scale)));
  }

  static float scale(Layout weight, int row, int column) {
    return weight.scales()[row * weight.scaleStride() + column / run(weight)];
  }

  private static int run(Layout weight) {
    return weight.group() == 0 ? weight.paddedInputs() : weight.group();
  }

  /** Stores a weight as the value at a place. */
  static void store(Layout weight, int row, int column, float w, int at) {
    switch (weight.form()) {
      case DENSE_FLOAT32, BITMASK_FLOAT32 -> weight.floats()[at] = w;
      case DENSE_BFLOAT16, BITMASK_BFLOAT16 -> weight.bfloats()[at] = bfloat16(w);
      case DENSE_INT8, BITMASK_INT8 -> weight.bytes()[at] = int8(weight, row, column, w);
    }
  }

  /** Returns the weight that the value at a place stands for. */
  static float load(Layout weight, int row, int column, int at) {
    return switch (weight.form()) {
      case DENSE_FLOAT32, BITMASK_FLOAT32 -> weight.floats()[at];
      case DENSE_BFLOAT16, BITMASK_BFLOAT16 -> float32(weight.bfloats()[at]);
      case DENSE_INT8, BITMASK_INT8 -> scale(weight, row, column) * weight.bytes()[at];
    };
  }
}
