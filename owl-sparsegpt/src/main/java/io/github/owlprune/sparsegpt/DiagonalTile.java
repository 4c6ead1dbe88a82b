package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;

/** A square tile on a matrix's diagonal, upper triangle, in double. */
final class DiagonalTile {
  /**
   * A pivot below this share of what stood on the diagonal holds no digit of the matrix any more:
   * float32 has 24 bits.
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
   * {@code A = R Rᵀ}, R upper triangular, in the place of A.
   *
   * @param diagonal the whole matrix's, before anything was subtracted
   * @return false if a pivot is not above the rounding of that
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

  /** {@code Σ_{k>c} R_ik R_ck}. */
  private double dotAfter(int i, int c) {
    double[] x = a[i];
    double[] y = a[c];
    double s = 0;
    for (int k = c + 1; k < x.length; k++) {
      s += x[k] * y[k];
    }
    return s;
  }

  /** {@code R⁻¹} in the place of R: {@code V_i = (e_i − Σ_{k>i} R_ik V_k) / R_ii}. */
  void invert() {
    double[] sum = new double[a.length];
    for (int i = a.length - 1; i >= 0; i--) {
      java.util.Arrays.fill(sum, 0);
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
