package io.github.owlprune.linalg;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;

import org.bytedeco.javacpp.DoublePointer;

/**
 * The squared singular values of a matrix W: the eigenvalues of {@code WᵀW} or {@code WWᵀ},
 * whichever is smaller, by OpenBLAS's {@code dsyrk} and {@code dsyevd}.
 *
 * <p>All computations are in double precision. A float Gram matrix would lose every value below
 * about 1e-7 of the largest, and spectra of weights extend below that. In double precision, values
 * are lost only where float would lose the singular values themselves.
 *
 * <p>While a {@link io.github.owlprune.linalg.Workers} is open, a call runs on the calling thread
 * only, so several matrices can be processed concurrently with unchanged results.
 */
public final class Spectrum {
  private static final int PANEL = 256; // rows or columns widened to double at a time

  private Spectrum() {}

  /**
   * Computes the squared singular values.
   *
   * <p>Uses 8 bytes of native memory per element of the Gram matrix during the call.
   *
   * @param w {@code [rows, columns]}, not modified
   * @return {@code min(rows, columns)} values, ascending, at least 0; a value of at most {@code
   *     max(rows, columns) · 2⁻⁵²} of the largest is indistinguishable from zero and returned as 0
   * @throws ArithmeticException if an element is NaN or infinite, naming row and column, or if
   *     LAPACK fails
   */
  public static double[] of(Matrix w) {
    int n = Math.min(w.rows(), w.columns());
    double[] values = new double[n];
    try (DoublePointer gram = new DoublePointer((long) n * n);
        DoublePointer into = new DoublePointer(n)) {
      gram(w, n, gram);
      // The upper triangle in row-major order is the lower triangle in column-major order.
      int failed = eigenvalues(n, gram, into);
      if (failed != 0) {
        throw new ArithmeticException(
            "the eigenvalues of its Gram matrix are unavailable: LAPACK's dsyevd returned "
                + failed);
      }
      into.get(values);
    }
    double nothing = Math.max(w.rows(), w.columns()) * Math.ulp(1.0) * values[n - 1];
    for (int i = 0; i < n; i++) {
      values[i] = values[i] <= nothing ? 0 : values[i];
    }
    return values;
  }

  /** Overwrites {@code into} with the eigenvalues, and returns LAPACK's code, 0 for success. */
  private static int eigenvalues(int n, DoublePointer gram, DoublePointer into) {
    BlasCallers.enter();
    try {
      return LAPACKE_dsyevd(LAPACK_COL_MAJOR, (byte) 'N', (byte) 'L', n, gram, n, into);
    } finally {
      BlasCallers.leave();
    }
  }

  /** Computes the upper triangle of the smaller Gram matrix, panel by panel. */
  private static void gram(Matrix w, int n, DoublePointer gram) {
    boolean wide = w.columns() > w.rows();
    int longer = Math.max(w.rows(), w.columns());
    try (DoublePointer panel = new DoublePointer((long) n * Math.min(PANEL, longer))) {
      for (int from = 0; from < longer; from += PANEL) {
        int count = Math.min(PANEL, longer - from);
        if (wide) {
          widen(w, 0, n, from, count, panel);
        } else {
          widen(w, from, count, 0, n, panel);
        }
        BlasCallers.enter();
        try {
          cblas_dsyrk(
              CblasRowMajor,
              CblasUpper,
              wide ? CblasNoTrans : CblasTrans,
              n,
              count,
              1,
              panel,
              wide ? count : n,
              from == 0 ? 0 : 1,
              gram,
              n);
        } finally {
          BlasCallers.leave();
        }
      }
    }
  }

  private static void widen(
      Matrix w, int row, int rows, int column, int columns, DoublePointer panel) {
    float[] narrow = new float[columns];
    double[] broad = new double[columns];
    for (int r = 0; r < rows; r++) {
      w.read(row + r, column, narrow, columns);
      for (int j = 0; j < columns; j++) {
        if (!Float.isFinite(narrow[j])) {
          throw new ArithmeticException(
              "the weight is " + narrow[j] + " in row " + (row + r) + ", column " + (column + j));
        }
        broad[j] = narrow[j];
      }
      panel.getPointer((long) r * columns).put(broad);
    }
  }
}
