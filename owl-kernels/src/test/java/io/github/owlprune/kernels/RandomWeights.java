package io.github.owlprune.kernels;

import java.util.Random;

/** Random weights and inputs. */
final class RandomWeights {
  private RandomWeights() {}

  /**
   * Returns rows of normally distributed weights, each +0.0 with a probability; of every eight rows
   * one is empty and one full.
   */
  static float[][] rows(long seed, int outputs, int inputs, double sparsity, boolean bfloat16) {
    Random random = new Random(seed);
    float[][] rows = new float[outputs][inputs];
    for (int r = 0; r < outputs; r++) {
      double share = r % 8 == 6 ? 1 : r % 8 == 7 ? 0 : sparsity;
      for (int j = 0; j < inputs; j++) {
        float w = (float) random.nextGaussian();
        if (bfloat16) {
          w = Float.intBitsToFloat(Float.floatToRawIntBits(w) & 0xffff0000);
        }
        rows[r][j] = random.nextDouble() < share ? 0 : w;
      }
    }
    return rows;
  }

  static float[] values(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static PackedMatrix pack(float[][] rows, ValueType type, int group) {
    return PackedMatrix.pack(
        rows.length,
        rows[0].length,
        type,
        group,
        (r, into) -> System.arraycopy(rows[r], 0, into, 0, into.length));
  }

  /** Stores the same weights in the other form: a dense one as a bitmask, or the reverse. */
  static PackedMatrix otherForm(PackedMatrix weight) {
    int outputs = weight.outputs();
    int inputs = weight.inputs();
    int bytes = (inputs + 7) / 8;
    byte[] mask = new byte[outputs * bytes];
    long[] offsets = new long[outputs];
    Values values = weight.values();
    int count = outputs * inputs;
    float[] floats = new float[count];
    short[] bfloats = new short[count];
    byte[] ints = new byte[count];
    byte[] old = weight.hasBitmask() ? weight.mask() : mask;
    int at = 0;
    for (int r = 0; r < outputs; r++) {
      offsets[r] = (long) r * inputs;
      for (int j = 0; j < inputs; j++) {
        mask[r * bytes + j / 8] |= (byte) (1 << (j % 8));
        int to = r * inputs + j;
        if (!weight.hasBitmask() || ((old[r * bytes + j / 8] >> (j % 8)) & 1) != 0) {
          if (values instanceof Values.Float32 v) {
            floats[to] = v.values()[at++];
          } else if (values instanceof Values.Bfloat16 v) {
            bfloats[to] = v.values()[at++];
          } else if (values instanceof Values.Int8 v) {
            ints[to] = v.values()[at++];
          }
        }
      }
    }
    Values all =
        switch (weight.type()) {
          case FLOAT32 -> new Values.Float32(floats);
          case BFLOAT16 -> new Values.Bfloat16(bfloats);
          case INT8 -> new Values.Int8(ints, ((Values.Int8) values).scales(), weight.group());
        };
    return weight.hasBitmask()
        ? PackedMatrix.dense(outputs, inputs, all)
        : PackedMatrix.bitmask(outputs, inputs, mask, offsets, all);
  }
}
