package io.github.owlprune.linalg;

import static org.bytedeco.openblas.global.openblas.LAPACKE_ssyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The eigendecomposition of a symmetric matrix, {@code A = Q Λ Qᵀ}, by OpenBLAS's {@code ssyevd}.
 *
 * <p>A call runs on the calling thread alone while a {@link io.github.owlprune.model.Workers} is
 * open, so its result does not depend on the number of threads.
 */
public final class Eigenvectors {
  private Eigenvectors() {}

  /**
   * Decomposes in place.
   *
   * <p>Native memory for the time of the call: 12 bytes for each element of the matrix.
   *
   * @param symmetric {@code [n, n]}; only its upper triangle is read. Overwritten with Q, an
   *     eigenvector in each column
   * @return the n eigenvalues, ascending, those of the columns of Q
   * @throws IllegalArgumentException if the matrix is not square
   * @throws ArithmeticException if LAPACK finds no eigenvalues, as in a matrix with NaN
   */
  public static float[] decompose(Matrix symmetric) {
    int n = symmetric.rows();
    if (n != symmetric.columns()) {
      throw new IllegalArgumentException(
          "a matrix of "
              + n
              + " x "
              + symmetric.columns()
              + " was given; only a square one has eigenvectors");
    }
    float[] values = new float[n];
    try (FloatPointer into = new FloatPointer(n)) {
      int failed =
          LAPACKE_ssyevd(LAPACK_ROW_MAJOR, (byte) 'V', (byte) 'U', n, symmetric.at(0, 0), n, into);
      if (failed != 0) {
        throw new ArithmeticException(
            "the eigenvectors of the matrix cannot be found: LAPACK's ssyevd says " + failed);
      }
      into.get(values);
    }
    return values;
  }
}
