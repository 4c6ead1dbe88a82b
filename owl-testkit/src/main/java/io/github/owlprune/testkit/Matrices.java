package io.github.owlprune.testkit;

import io.github.owlprune.linalg.Matrix;

/** Conversions between native matrices and arrays that a test can read. */
public final class Matrices {
  private Matrices() {}

  /**
   * Copies values into a native matrix.
   *
   * @param values at least one row, all of the same length
   * @return a matrix that the caller closes
   */
  public static Matrix of(float[][] values) {
    Matrix matrix = Matrix.allocate(values.length, values[0].length);
    for (int r = 0; r < values.length; r++) {
      matrix.write(r, values[r]);
    }
    return matrix;
  }

  /**
   * Copies a matrix to the heap.
   *
   * @param matrix not changed
   * @return its values, {@code [rows][columns]}
   */
  public static float[][] values(Matrix matrix) {
    float[][] values = new float[matrix.rows()][matrix.columns()];
    for (int r = 0; r < values.length; r++) {
      matrix.read(r, values[r]);
    }
    return values;
  }

  /**
   * Counts the pruned weights, which are +0.0; -0.0 does not count.
   *
   * @param rows rows of a weight
   * @return the number of values whose bits are all zero
   */
  public static long zeros(float[]... rows) {
    long zeros = 0;
    for (float[] row : rows) {
      for (float value : row) {
        zeros += Float.floatToRawIntBits(value) == 0 ? 1 : 0;
      }
    }
    return zeros;
  }
}
