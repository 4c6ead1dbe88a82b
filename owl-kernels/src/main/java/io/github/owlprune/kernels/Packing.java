package io.github.owlprune.kernels;

import io.github.owlprune.kernels.provider.Layout;

/** Packs rows of float32 weights, which are read twice: to count what stays, and to store it. */
final class Packing {
  private final Shape shape;
  private final RowSource rows;
  private final float[] row;

  Packing(Shape shape, RowSource rows) {
    this.shape = shape;
    this.rows = rows;
    this.row = new float[shape.inputs()];
  }

  /** Returns the smaller of the dense layout and the bitmask; the dense one if they are equal. */
  Layout smallest() {
    int[] starts = new int[shape.outputs() + 1];
    long kept = 0;
    for (int r = 0; r < shape.outputs(); r++) {
      rows.read(r, row);
      for (float w : row) {
        kept += isKept(w) ? 1 : 0;
      }
      starts[r + 1] = (int) Math.min(Integer.MAX_VALUE, kept);
    }
    return shape.denseBytes() <= shape.bitmaskBytes(kept) ? dense() : bitmask(starts);
  }

  private Layout dense() {
    Layout weight = shape.dense();
    int at = Layout.lead(shape.type().bytes());
    for (int r = 0; r < shape.outputs(); r++) {
      read(weight, r);
      for (int j = 0; j < shape.inputs(); j++) {
        Quantizer.store(weight, r, j, row[j], at + j);
      }
      at += shape.stride();
    }
    return weight;
  }

  private Layout bitmask(int[] starts) {
    Layout weight = shape.bitmask(starts);
    long[] mask = weight.mask();
    int words = 0;
    for (int r = 0; r < shape.outputs(); r++) {
      read(weight, r);
      int at = starts[r];
      for (int j = 0; j < shape.inputs(); j++) {
        if (isKept(row[j])) {
          if (at == starts[r + 1]) {
            throw changed(r);
          }
          mask[words + (j >> 6)] |= 1L << j;
          Quantizer.store(weight, r, j, row[j], at++);
        }
      }
      if (at != starts[r + 1]) {
        throw changed(r);
      }
      words += weight.maskStride();
    }
    return weight;
  }

  private void read(Layout weight, int r) {
    rows.read(r, row);
    if (shape.type() == ValueType.INT8) {
      Quantizer.scales(weight, r, row);
    }
  }

  private static IllegalStateException changed(int row) {
    return new IllegalStateException(
        "row " + row + " has other zeros than when it was read before; both times must agree");
  }

  /** Tells whether a weight is anything but +0.0, so that unpacking gives back every bit. */
  private static boolean isKept(float w) {
    return Float.floatToRawIntBits(w) != 0;
  }
}
