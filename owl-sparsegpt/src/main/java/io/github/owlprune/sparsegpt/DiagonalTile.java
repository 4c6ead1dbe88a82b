package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;
import java.util.Arrays;

/** The upper triangle of a square tile on a matrix's diagonal, in double. */
final class DiagonalTile {
  /**
   * The fraction of its original diagonal element below which a pivot has no significant digits
   * left, since float32 has 24 bits.
   */
  private static final double LOST = 0x1p-22;

  private final int from;
  private final double[][] a;

  private DiagonalTile(int from, double[][] a) {
    this.from = from;
    this.a = a;
  }

  static DiagonalTile read(Matrix matrix, int from, int width) {
    double[][] a = new double[width][width];
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      matrix.read(from + i, from, row, width);
      for (int j = i; j < width; j++) {
        a[i][j] = row[j];
      }
    }
    return new DiagonalTile(from, a);
  }

  /** Writes the upper triangle, and zeros below it. */
  void write(Matrix matrix) {
    float[] row = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        row[j] = (float) a[i][j];
      }
      matrix.write(from + i, from, row, a.length);
    }
  }

  /**
   * Replaces A by the upper triangular R with {@code A = R Rᵀ}.
   *
   * @param diagonal the diagonal of the whole matrix before factorisation
   * @return false if a pivot does not exceed the rounding error of its diagonal element
   */
  boolean factor(double[] diagonal) {
    for (int c = a.length - 1; c >= 0; c--) {
      double pivot = a[c][c] - dotAfter(c, c);
      if (!(pivot > LOST * diagonal[from + c])) {
        return false;
      }
      a[c][c] = Math.sqrt(pivot);
      for (int i = 0; i < c; i++) {
        a[i][c] = (a[i][c] - dotAfter(i, c)) / a[c][c];
      }
    }
    return true;
  }

  /** Computes {@code Σ_{k>c} R_ik R_ck}. */
  private double dotAfter(int i, int c) {
    double[] x = a[i];
    double[] y = a[c];
    double s = 0;
    for (int k = c + 1; k < x.length; k++) {
      s += x[k] * y[k];
    }
    return s;
  }

  /** Replaces R by {@code R⁻¹}: {@code V_i = (e_i − Σ_{k>i} R_ik V_k) / R_ii}. */
  void invert() {
    double[] sum = new double[a.length];
    for (int i = a.length - 1; i >= 0; i--) {
      Arrays.fill(sum, 0);
      sum[i] = 1;
      for (int k = i + 1; k < a.length; k++) {
        double factor = a[i][k];
        double[] v = a[k];
        for (int j = k; j < a.length; j++) {
          sum[j] -= factor * v[j];
        }
      }
      double pivot = a[i][i];
      for (int j = i; j < a.length; j++) {
        a[i][j] = sum[j] / pivot;
      }
    }
  }
}
