package io.github.owlprune.kernels.plain;

import io.github.owlprune.kernels.provider.Layout;
import io.github.owlprune.kernels.provider.RowKernel;
import java.util.Arrays;

/** Computes one row after the other, for one input after the other. */
abstract class PlainRowKernel implements RowKernel {
  final int inputs;
  final int padded;
  private final int outputs;

  PlainRowKernel(Layout weight) {
    this.outputs = weight.outputs();
    this.inputs = weight.inputs();
    this.padded = weight.paddedInputs();
  }

  @Override
  public final void prepare(float[] x, int from, float[] prepared) {
    System.arraycopy(x, from, prepared, 0, inputs);
    Arrays.fill(prepared, inputs, padded, 0);
  }

  @Override
  public final void multiply(
      float[][] prepared, int count, float[] y, int from, int to, float[] scratch) {
    for (int r = from; r < to; r++) {
      for (int i = 0; i < count; i++) {
        y[i * outputs + r] = product(r, prepared[i]);
      }
    }
  }

  /** Returns {@code Σ_j W[row, j] x[j]}. */
  abstract float product(int row, float[] x);
}
