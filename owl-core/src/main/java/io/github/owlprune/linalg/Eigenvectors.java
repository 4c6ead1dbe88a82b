package io.github.owlprune.linalg;

import static org.bytedeco.openblas.global.openblas.LAPACKE_ssyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The eigendecomposition of a symmetric matrix, {@code A = Q Λ Qᵀ}, by OpenBLAS's {@code ssyevd}.
 *
 * <p>While a {@link io.github.owlprune.linalg.Workers} is open, a call runs on the calling thread
 * only, so its result does not depend on the number of threads.
 */
public final class Eigenvectors {
  private Eigenvectors() {}

  /**
   * Decomposes a symmetric matrix in place.
   *
   * <p>Uses 12 bytes of native memory per matrix element during the call.
   *
   * @param symmetric {@code [n, n]}; only its upper triangle is read. Overwritten with Q, one
   *     eigenvector per column
   * @return the n eigenvalues in ascending order, matching the columns of Q
   * @throws IllegalArgumentException if the matrix is not square
   * @throws ArithmeticException if LAPACK fails, for example because the matrix contains NaN
   */
  public static float[] decompose(Matrix symmetric) {
    int n = symmetric.rows();
    if (n != symmetric.columns()) {
      throw new IllegalArgumentException(
          "the matrix is "
              + n
              + " x "
              + symmetric.columns()
              + "; an eigendecomposition needs a square symmetric matrix");
    }
    float[] values = new float[n];
    try (FloatPointer into = new FloatPointer(n)) {
      int failed = decompose(n, symmetric, into);
      if (failed != 0) {
        throw new ArithmeticException(
            "the eigendecomposition failed: LAPACK's ssyevd returned " + failed);
      }
      into.get(values);
    }
    return values;
  }

  /** Decomposes, and returns LAPACK's code, 0 for success. */
  private static int decompose(int n, Matrix symmetric, FloatPointer into) {
    BlasCallers.enter();
    try {
      return LAPACKE_ssyevd(
          LAPACK_ROW_MAJOR, (byte) 'V', (byte) 'U', n, symmetric.at(0, 0), n, into);
    } finally {
      BlasCallers.leave();
    }
  }
}
