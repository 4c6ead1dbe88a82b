package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.Layout;

/** Checks the stored parts of a weight, and puts them where kernels read them. */
final class StoredParts {
  private final Shape shape;
  private final Values values;

  StoredParts(Shape shape, Values values) {
    this.shape = shape;
    this.values = values;
    if (values instanceof Values.Int8 int8) {
      checkScales(int8.scales);
    }
  }

  static Shape shape(int outputs, int inputs, Values values) {
    int group = values instanceof Values.Int8 int8 ? int8.group : 0;
    return new Shape(outputs, inputs, values.type(), group);
  }

  private void checkScales(float[] scales) {
    long expected = (long) shape.outputs() * shape.groups();
    if (scales.length != expected) {
      throw new IllegalArgumentException(
          scales.length + " scales were given; " + describe() + " has " + expected);
    }
    for (int i = 0; i < scales.length; i++) {
      if (!Float.isFinite(scales[i])) {
        throw new IllegalArgumentException(
            "scale " + i + " is " + scales[i] + "; scales must be finite");
      }
    }
  }

  Layout dense() {
    long expected = (long) shape.outputs() * shape.inputs();
    checkCount(expected);
    Layout weight = shape.dense();
    for (int r = 0; r < shape.outputs(); r++) {
      copy(
          r * shape.inputs(),
          weight,
          Layout.lead(shape.type().bytes()) + r * shape.stride(),
          shape.inputs());
    }
    copyScales(weight);
    return weight;
  }

  Layout bitmask(byte[] mask, long[] rowOffsets) {
    int[] starts = checkMask(mask, rowOffsets);
    checkCount(starts[shape.outputs()]);
    Layout weight = shape.bitmask(starts);
    for (int r = 0; r < shape.outputs(); r++) {
      int from = r * shape.maskBytes();
      int to = r * weight.maskStride();
      for (int i = 0; i < shape.maskBytes(); i++) {
        weight.mask()[to + (i >> 3)] |= (mask[from + i] & 0xffL) << (8 * i);
      }
    }
    copy(0, weight, 0, values.count());
    copyScales(weight);
    return weight;
  }

  /**
   * Returns where the rows' values begin by the mask's own counts, with which the offsets agree.
   */
  private int[] checkMask(byte[] mask, long[] rowOffsets) {
    int bytes = shape.maskBytes();
    long expected = (long) shape.outputs() * bytes;
    if (mask.length != expected) {
      throw new IllegalArgumentException(
          "the bitmask has " + mask.length + " bytes; that of " + describe() + " has " + expected);
    }
    if (rowOffsets.length != shape.outputs()) {
      throw new IllegalArgumentException(
          rowOffsets.length + " row offsets were given; " + describe() + " has one for each row");
    }
    int padding = (-1 << (shape.inputs() - 8 * (bytes - 1))) & 0xff;
    int[] starts = new int[shape.outputs() + 1];
    long kept = 0;
    for (int r = 0; r < shape.outputs(); r++) {
      if (rowOffsets[r] != kept) {
        throw new IllegalArgumentException(
            "the values of row "
                + r
                + " are said to begin at "
                + rowOffsets[r]
                + "; the bits of the rows before it make "
                + kept);
      }
      for (int i = r * bytes; i < (r + 1) * bytes; i++) {
        kept += Integer.bitCount(mask[i] & 0xff);
      }
      if ((mask[(r + 1) * bytes - 1] & padding) != 0) {
        throw new IllegalArgumentException(
            "the bitmask of row " + r + " has bits beyond column " + (shape.inputs() - 1));
      }
      starts[r + 1] = (int) Math.min(Integer.MAX_VALUE, kept);
    }
    return starts;
  }

  private void checkCount(long expected) {
    if (values.count() != expected) {
      throw new IllegalArgumentException(
          values.count() + " values were given; " + describe() + " has " + expected);
    }
  }

  private void copy(int from, Layout weight, int to, int count) {
    if (values instanceof Values.Float32 v) {
      System.arraycopy(v.values, from, weight.floats(), to, count);
    } else if (values instanceof Values.Bfloat16 v) {
      System.arraycopy(v.values, from, weight.bfloats(), to, count);
    } else if (values instanceof Values.Int8 v) {
      System.arraycopy(v.values, from, weight.bytes(), to, count);
    }
  }

  private void copyScales(Layout weight) {
    if (values instanceof Values.Int8 v) {
      int groups = shape.groups();
      for (int r = 0; r < shape.outputs(); r++) {
        System.arraycopy(v.scales, r * groups, weight.scales(), r * weight.scaleStride(), groups);
      }
    }
  }

  private String describe() {
    return "a weight of " + shape.outputs() + " x " + shape.inputs();
  }
}
