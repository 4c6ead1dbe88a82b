package io.github.owlprune.admm;

import io.github.owlprune.linalg.Eigenvectors;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;

/**
 * The eigendecomposition of the Hessian in coordinates in which magnitude equals importance (ALPS,
 * arXiv 2406.07831, section 3 and appendix B): with {@code D = diag(H) + δ mean(diag H)},
 *
 * <pre>{@code D^-½ (H + δ mean(diag H) I) D^-½ = Q Λ Qᵀ}</pre>
 *
 * has a unit diagonal. It must be positive definite; while it is not, δ is increased tenfold, up to
 * 1.
 */
final class ScaledHessian implements AutoCloseable {
  /** The fraction of the largest eigenvalue below which the others are float32 rounding noise. */
  private static final double LOST = 0x1p-22;

  private static final int ROWS_PER_TASK = 96;

  private final float[] scale;
  private final Matrix vectors;
  private final float[] values;
  private final double dampening;

  private ScaledHessian(float[] scale, Matrix vectors, float[] values, double dampening) {
    this.scale = scale;
    this.vectors = vectors;
    this.values = values;
    this.dampening = dampening;
  }

  /**
   * Scales and decomposes a Hessian.
   *
   * @param hessian symmetric {@code [n, n]}; its own diagonal is not read
   * @param diagonal replaces the Hessian's own diagonal; all values above 0
   * @param dampening the initial δ
   * @throws ArithmeticException if the matrix is not positive definite even at δ = 1
   */
  static ScaledHessian of(Matrix hessian, double[] diagonal, double dampening) {
    double sum = 0;
    for (double d : diagonal) {
      sum += d;
    }
    double share = dampening;
    while (true) {
      float[] scale = new float[diagonal.length];
      for (int j = 0; j < scale.length; j++) {
        scale[j] = (float) Math.sqrt(diagonal[j] + share * sum / diagonal.length);
      }
      Matrix vectors = scaled(hessian, scale);
      float[] values = Eigenvectors.decompose(vectors);
      if (values[0] > LOST * values[values.length - 1]) {
        return new ScaledHessian(scale, vectors, values, share);
      }
      vectors.close();
      if (share == 1) {
        throw new ArithmeticException(
            "the Hessian of its inputs is not positive definite even with its mean diagonal added"
                + " (a dampening of 1); use more calibration tokens");
      }
      share = Math.min(1, share * 10);
    }
  }

  private static Matrix scaled(Matrix hessian, float[] scale) {
    int n = scale.length;
    Matrix scaled = Matrix.allocate(n, n);
    float[] row = new float[n];
    for (int i = 0; i < n; i++) {
      hessian.read(i, row);
      for (int j = 0; j < n; j++) {
        row[j] = i == j ? 1 : row[j] / scale[i] / scale[j];
      }
      scaled.write(i, row);
    }
    return scaled;
  }

  /** Returns the square root of D, the factor from weights to scaled coordinates. */
  float[] scale() {
    return scale;
  }

  /** Returns the δ at which the matrix was positive definite. */
  double dampening() {
    return dampening;
  }

  /** Returns the 10th percentile of the eigenvalues. */
  double low() {
    return values[values.length / 10];
  }

  /**
   * Computes {@code Q (Λ + ρ)⁻¹ Qᵀ} at half the cost of a full product, on all threads.
   *
   * @param rho at least 0
   * @param into {@code [n, n]}, overwritten with both triangles
   */
  void inverse(double rho, Matrix into, Workers workers) {
    float[] factors = new float[values.length];
    for (int k = 0; k < factors.length; k++) {
      factors[k] = (float) (1 / (values[k] + rho));
    }
    product(factors, into, workers);
  }

  /** Computes {@code Q Λ Qᵀ}, which reconstructs the scaled Hessian. */
  void matrix(Matrix into, Workers workers) {
    product(values, into, workers);
  }

  /** Computes {@code Q diag(factors) Qᵀ}. */
  private void product(float[] factors, Matrix into, Workers workers) {
    int n = values.length;
    int tasks = (n + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    workers.run(tasks, (task, worker) -> fromDiagonalOn(task * ROWS_PER_TASK, factors, into));
    workers.run(tasks, (task, worker) -> mirror(task * ROWS_PER_TASK, into));
  }

  /** Computes a tile of rows from the diagonal tile to the right. */
  private void fromDiagonalOn(int first, float[] factors, Matrix into) {
    int n = values.length;
    int count = Math.min(ROWS_PER_TASK, n - first);
    float[] row = new float[n];
    try (Matrix left = Matrix.allocate(count, n)) {
      for (int r = 0; r < count; r++) {
        vectors.read(first + r, row);
        for (int k = 0; k < n; k++) {
          row[k] *= factors[k];
        }
        left.write(r, row);
      }
      Gemm.Tile right = new Gemm.Tile(vectors, first, 0);
      Gemm.Tile out = new Gemm.Tile(into, first, first);
      Gemm.abt(count, n - first, n, new Gemm.Tile(left, 0, 0), right, out);
    }
  }

  /** Mirrors into a tile of rows the part to the left of the diagonal tile. */
  private void mirror(int first, Matrix into) {
    int count = Math.min(ROWS_PER_TASK, values.length - first);
    float[][] rows = new float[count][first];
    float[] stretch = new float[count];
    for (int j = 0; j < first; j++) {
      into.read(j, first, stretch, count);
      for (int r = 0; r < count; r++) {
        rows[r][j] = stretch[r];
      }
    }
    for (int r = 0; r < count; r++) {
      into.write(first + r, rows[r], first);
    }
  }

  @Override
  public void close() {
    vectors.close();
  }
}
