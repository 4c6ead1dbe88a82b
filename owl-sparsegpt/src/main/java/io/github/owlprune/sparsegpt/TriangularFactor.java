package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;

/**
 * Replaces H by {@code R⁻¹}, where {@code H = R Rᵀ} and R is upper triangular. Then {@code H⁻¹ =
 * (R⁻¹)ᵀ R⁻¹}, so H itself is never inverted and its condition number is not squared. A Cholesky
 * factorisation from the last column to the first and a triangular inversion take n³/6
 * multiply-adds each, almost all of them in tile products; diagonal tiles are processed in double.
 * The result does not depend on the number of threads.
 */
final class TriangularFactor {
  private static final int TILE = 128;

  private final Matrix a;
  private final Workers workers;
  private final int n;
  private final int tiles;

  TriangularFactor(Matrix a, Workers workers) {
    this.a = a;
    this.workers = workers;
    this.n = a.rows();
    this.tiles = (n + TILE - 1) / TILE;
  }

  private static int at(int tile) {
    return tile * TILE;
  }

  private int width(int tile) {
    return Math.min(TILE, n - at(tile));
  }

  private Gemm.Tile tile(int row, int column) {
    return new Gemm.Tile(a, at(row), at(column));
  }

  private static Gemm.Tile tile(Matrix matrix, int row) {
    return new Gemm.Tile(matrix, at(row), 0);
  }

  /**
   * Computes {@code R_ik} above the diagonal tiles. The diagonal tiles already hold {@code R_kk⁻¹},
   * with zeros below their own diagonals.
   *
   * @return false if H is not positive definite in float32, in which case its content is destroyed
   */
  boolean factor() {
    double[] diagonal = new double[n];
    float[] one = new float[1];
    for (int j = 0; j < n; j++) {
      a.read(j, j, one, 1);
      diagonal[j] = one[0];
    }
    try (Matrix panel = Matrix.allocate(n, Math.min(TILE, n))) {
      for (int k = tiles - 1; k >= 0; k--) {
        DiagonalTile own = DiagonalTile.read(a, at(k), width(k));
        if (!own.factor(diagonal)) {
          return false;
        }
        own.invert();
        own.write(a);
        int column = k;
        workers.run(k, (i, worker) -> solve(i, column, panel));
        workers.run(k, (i, worker) -> update(i, column, panel));
      }
    }
    return true;
  }

  /** Computes {@code R_ik = H_ik R_kk⁻ᵀ}. */
  private void solve(int i, int k, Matrix panel) {
    Gemm.abt(TILE, width(k), width(k), tile(i, k), tile(k, k), tile(panel, i));
    float[] row = new float[width(k)];
    for (int r = at(i); r < at(i + 1); r++) {
      panel.read(r, row, row.length);
      a.write(r, at(k), row, row.length);
    }
  }

  /** Computes {@code H_ij -= R_ik R_jkᵀ} for the tiles i ≤ j < k. */
  private void update(int i, int k, Matrix panel) {
    int columns = at(k) - at(i);
    Gemm.subtractAbt(TILE, columns, width(k), tile(panel, i), tile(panel, i), tile(i, i));
  }

  /** Computes {@code U_ij = −(Σ_{i≤k<j} U_ik R_kj) U_jj}, column by column. */
  void invert() {
    int width = Math.min(TILE, n);
    Matrix[] sums = new Matrix[workers.threads()];
    try (Matrix panel = Matrix.allocate(n, width)) {
      for (int w = 0; w < sums.length; w++) {
        sums[w] = Matrix.allocate(width, width);
      }
      for (int j = 1; j < tiles; j++) {
        int column = j;
        workers.run(j, (i, worker) -> negate(i, column, panel));
        workers.run(j, (i, worker) -> invert(i, column, panel, sums[worker]));
      }
    } finally {
      for (Matrix sum : sums) {
        if (sum != null) {
          sum.close();
        }
      }
    }
  }

  private void negate(int i, int j, Matrix panel) {
    float[] row = new float[width(j)];
    for (int r = at(i); r < at(i + 1); r++) {
      a.read(r, at(j), row, row.length);
      for (int c = 0; c < row.length; c++) {
        row[c] = -row[c];
      }
      panel.write(r, row, row.length);
    }
  }

  private void invert(int i, int j, Matrix panel, Matrix sum) {
    Gemm.Tile s = tile(sum, 0);
    Gemm.ab(TILE, width(j), at(j) - at(i), tile(i, i), tile(panel, i), s);
    Gemm.ab(TILE, width(j), width(j), s, tile(j, j), tile(i, j));
  }
}
