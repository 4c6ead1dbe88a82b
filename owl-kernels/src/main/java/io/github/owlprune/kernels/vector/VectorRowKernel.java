package io.github.owlprune.kernels.vector;

import io.github.owlprune.kernels.provider.Layout;
import io.github.owlprune.kernels.provider.RowKernel;

/**
 * Divides the inputs of a product: one alone, or up to four at once.
 *
 * <p>A vector register of L float lanes holds {@code parts * L} values of a weight: 1 for float32,
 * 2 for bfloat16, 4 for int8. Its lane i is the columns {@code parts * i} to {@code parts * i +
 * parts - 1}, which shifts and masks take apart. A prepared input is in the same order: of every
 * {@code parts * L} values first each {@code parts}-th from 0, then from 1, and so on.
 *
 * <p>How the kernels are written has reasons: C2 inlines the Vector API's own methods whatever
 * their number, but others only up to a limit (NodeCountInliningCutoff), and a method that is not
 * inlined gets its vectors on the heap, which is ten times slower. So a kernel's inner step calls
 * nothing but the Vector API, constants are vectors made once, and no step is larger than two rows
 * of 64 columns or four inputs.
 */
abstract class VectorRowKernel implements RowKernel {
  private static final int AT_ONCE = 4;

  final int outputs;
  final int padded;
  private final int inputs;
  private final int lanes;
  private final int parts;
  private final LaneSums sums;
  private final float[] rowScales;

  /**
   * Creates the kernel of a weight.
   *
   * @param weight the weight
   * @param lanes the float lanes L of its vectors
   * @param parts the values in 32 bits
   * @param sums adds up the lanes of such vectors
   */
  VectorRowKernel(Layout weight, int lanes, int parts, LaneSums sums) {
    this.outputs = weight.outputs();
    this.inputs = weight.inputs();
    this.padded = weight.paddedInputs();
    this.lanes = lanes;
    this.parts = parts;
    this.sums = sums;
    this.rowScales = weight.group() == 0 ? weight.scales() : new float[0];
  }

  @Override
  public final void prepare(float[] x, int from, float[] prepared) {
    int step = parts * lanes;
    for (int j = 0; j < padded; j += step) {
      for (int p = 0; p < parts; p++) {
        float scale = scale(p);
        int to = j + p * lanes;
        for (int i = 0; i < lanes; i++) {
          int column = j + parts * i + p;
          prepared[to + i] = column < inputs ? x[from + column] * scale : 0;
        }
      }
    }
  }

  /** Returns what a part of an input is multiplied by in advance: a power of two. */
  float scale(int part) {
    return 1;
  }

  @Override
  public final void multiply(
      float[][] prepared, int count, float[] y, int from, int to, float[] scratch) {
    int i = 0;
    for (; count - i > 1; i += AT_ONCE) {
      int inputs = Math.min(AT_ONCE, count - i);
      int tile = SCRATCH / (AT_ONCE * lanes);
      for (int r = from; r < to; r += tile) {
        int end = Math.min(to, r + tile);
        few(prepared, i, inputs, scratch, r, end);
        for (int n = 0; n < inputs; n++) {
          finish(scratch, n, AT_ONCE, y, (i + n) * outputs, r, end);
        }
      }
    }
    if (i < count) {
      int tile = SCRATCH / lanes;
      for (int r = from; r < to; r += tile) {
        int end = Math.min(to, r + tile);
        one(prepared[i], scratch, r, end);
        finish(scratch, 0, 1, y, i * outputs, r, end);
      }
    }
  }

  private void finish(float[] lanes, int first, int step, float[] y, int at, int from, int to) {
    sums.sum(lanes, first, step, y, at + from, to - from);
    if (rowScales.length > 0) {
      for (int r = from; r < to; r++) {
        y[at + r] *= rowScales[r];
      }
    }
  }

  /**
   * Computes the products of rows {@code from} to {@code to - 1} with an input: L partial sums a
   * row, one row's after the other's.
   */
  abstract void one(float[] x, float[] lanes, int from, int to);

  /**
   * The same for 2 to 4 inputs, from the {@code first}: of each row the partial sums of four
   * inputs, of which those beyond {@code count} mean nothing.
   */
  abstract void few(float[][] x, int first, int count, float[] lanes, int from, int to);
}
