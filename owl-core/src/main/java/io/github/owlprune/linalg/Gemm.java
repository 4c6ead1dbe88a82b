package io.github.owlprune.linalg;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas.cblas_ssyrk;

/**
 * Products of matrix tiles, {@code C = op(A) · op(B)}, {@code C += ...} or {@code C -= ...}, by
 * OpenBLAS's {@code sgemm} and {@code ssyrk}.
 *
 * <p>ND4J's own {@code gemm} takes whole arrays and copies strided ones. Here a tile (one attention
 * head, a chunk of rows) is an address and a stride, so nothing is copied and a call costs no more
 * than the native one: measured on products of 64–256 rows, 1.1–1.6 times as fast.
 *
 * <p>While a {@link io.github.owlprune.linalg.Workers} is open, a call runs on the calling thread
 * only; parallelism comes from the tasks of that pool. At most 64 threads of the JVM multiply at a
 * time, the number that OpenBLAS is built for; further ones wait.
 */
public final class Gemm {
  private Gemm() {}

  /**
   * The origin of a tile within a matrix.
   *
   * @param matrix the matrix
   * @param row the tile's first row
   * @param column the tile's first column
   */
  public record Tile(Matrix matrix, int row, int column) {}

  /**
   * Computes {@code C[m, n] = A[m, k] · B[n, k]ᵀ}: applies a linear's weight {@code B [out, in]} to
   * the rows of A.
   *
   * @param m rows of A and C
   * @param n rows of B, columns of C
   * @param k columns of A and B
   * @param a the left factor
   * @param b the right factor
   * @param c overwritten with the product
   */
  public static void abt(int m, int n, int k, Tile a, Tile b, Tile c) {
    check(a, m, k, b, n, k, c, m, n);
    multiply(1f, m, n, k, a, CblasNoTrans, b, CblasTrans, 0f, c);
  }

  /**
   * Computes {@code C[m, n] -= A[m, k] · B[n, k]ᵀ}.
   *
   * @param m rows of A and C
   * @param n rows of B, columns of C
   * @param k columns of A and B
   * @param a the left factor
   * @param b the right factor
   * @param c the product is taken from it
   */
  public static void subtractAbt(int m, int n, int k, Tile a, Tile b, Tile c) {
    check(a, m, k, b, n, k, c, m, n);
    multiply(-1f, m, n, k, a, CblasNoTrans, b, CblasTrans, 1f, c);
  }

  /**
   * Computes {@code C[m, n] = A[m, k] · B[k, n]}.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a the left factor
   * @param b the right factor
   * @param c overwritten with the product
   */
  public static void ab(int m, int n, int k, Tile a, Tile b, Tile c) {
    check(a, m, k, b, k, n, c, m, n);
    multiply(1f, m, n, k, a, CblasNoTrans, b, CblasNoTrans, 0f, c);
  }

  /**
   * Computes {@code C[m, n] -= A[m, k] · B[k, n]}.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a the left factor
   * @param b the right factor
   * @param c the product is taken from it
   */
  public static void subtractAb(int m, int n, int k, Tile a, Tile b, Tile c) {
    check(a, m, k, b, k, n, c, m, n);
    multiply(-1f, m, n, k, a, CblasNoTrans, b, CblasNoTrans, 1f, c);
  }

  /**
   * Computes {@code C[m, n] += A[k, m]ᵀ · B[k, n]}.
   *
   * @param m columns of A, rows of C
   * @param n columns of B and C
   * @param k rows of A and B
   * @param a the left factor
   * @param b the right factor
   * @param c the product is added to it
   */
  public static void addAtb(int m, int n, int k, Tile a, Tile b, Tile c) {
    check(a, k, m, b, k, n, c, m, n);
    multiply(1f, m, n, k, a, CblasTrans, b, CblasNoTrans, 1f, c);
  }

  /**
   * Computes the upper triangle of {@code C[n, n] += A[k, n]ᵀ · A[k, n]} with half the
   * multiply-adds of a full product.
   *
   * @param n columns of A, rows and columns of C
   * @param k rows of A
   * @param a the factor
   * @param c the product is added to its upper triangle; the rest is unchanged
   */
  public static void addAta(int n, int k, Tile a, Tile c) {
    check("A", a, k, n);
    check("C", c, n, n);
    BlasCallers.enter();
    try {
      cblas_ssyrk(
          CblasRowMajor,
          CblasUpper,
          CblasTrans,
          n,
          k,
          1f,
          a.matrix.at(a.row, a.column),
          a.matrix.columns(),
          1f,
          c.matrix.at(c.row, c.column),
          c.matrix.columns());
    } finally {
      BlasCallers.leave();
    }
  }

  private static void multiply(
      float alpha, int m, int n, int k, Tile a, int opA, Tile b, int opB, float beta, Tile c) {
    BlasCallers.enter();
    try {
      cblas_sgemm(
          CblasRowMajor,
          opA,
          opB,
          m,
          n,
          k,
          alpha,
          a.matrix.at(a.row, a.column),
          a.matrix.columns(),
          b.matrix.at(b.row, b.column),
          b.matrix.columns(),
          beta,
          c.matrix.at(c.row, c.column),
          c.matrix.columns());
    } finally {
      BlasCallers.leave();
    }
  }

  private static void check(
      Tile a, int rowsA, int colsA, Tile b, int rowsB, int colsB, Tile c, int rowsC, int colsC) {
    check("A", a, rowsA, colsA);
    check("B", b, rowsB, colsB);
    check("C", c, rowsC, colsC);
  }

  /** Rejects a tile outside its matrix, which would make BLAS access memory out of bounds. */
  private static void check(String name, Tile t, int rows, int columns) {
    if (rows < 1
        || columns < 1
        || t.row < 0
        || t.column < 0
        || t.row + rows > t.matrix.rows()
        || t.column + columns > t.matrix.columns()) {
      throw new IllegalArgumentException(
          "tile "
              + name
              + " of "
              + rows
              + " x "
              + columns
              + " at ("
              + t.row
              + ", "
              + t.column
              + ") is outside its matrix of "
              + t.matrix.rows()
              + " x "
              + t.matrix.columns()
              + "; a tile needs at least 1 x 1 elements, all of them inside");
    }
  }
}
