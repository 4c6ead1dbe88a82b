package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/** Reads a bitmask in words of 64 columns. */
abstract class PlainBitmask extends PlainRowKernel {
  private final long[] mask;
  private final int maskStride;
  final int[] starts;

  PlainBitmask(Layout weight) {
    super(weight);
    this.mask = weight.mask();
    this.maskStride = weight.maskStride();
    this.starts = weight.starts();
  }

  /** Returns the bits of columns j to j + 63 of a row; j is a multiple of 64. */
  final long word(int row, int j) {
    return mask[row * maskStride + (j >> 6)];
  }
}
