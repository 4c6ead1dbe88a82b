package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;

/** The scales of an int8 weight: one for a row, or one for each group of columns. */
final class Scales {
  private final float[] scales;
  private final int stride;
  private final int run;

  Scales(Layout weight) {
    this.scales = weight.scales();
    this.stride = weight.scaleStride();
    this.run = weight.group() == 0 ? weight.paddedInputs() : weight.group();
  }

  /** Returns how many columns share a scale; a multiple of 32. */
  int run() {
    return run;
  }

  float of(int row, int column) {
    return scales[row * stride + column / run];
  }
}
