package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;

/**
 * The upper triangular U with {@code (H + δ mean(diag H) I)⁻¹ = Uᵀ U} and a positive diagonal. The
 * dampened matrix must be positive definite; while it is not, δ is increased tenfold, up to 1.
 */
final class InverseFactor implements AutoCloseable {
  private final Matrix upper;
  private final double dampening;

  private InverseFactor(Matrix upper, double dampening) {
    this.upper = upper;
    this.dampening = dampening;
  }

  /**
   * Factors a Hessian.
   *
   * @param hessian symmetric; only its strict upper triangle is read
   * @param diagonal replaces the Hessian's own diagonal; all values above 0
   * @param dampening the initial δ
   * @throws ArithmeticException if the matrix is not positive definite even at δ = 1
   */
  static InverseFactor of(Matrix hessian, double[] diagonal, double dampening, Workers workers) {
    double sum = 0;
    for (double d : diagonal) {
      sum += d;
    }
    double share = dampening;
    while (true) {
      Matrix upper = hessian.copy();
      addToDiagonal(upper, diagonal, share * sum / diagonal.length);
      TriangularFactor factor = new TriangularFactor(upper, workers);
      if (factor.factor()) {
        factor.invert();
        return new InverseFactor(upper, share);
      }
      upper.close();
      if (share == 1) {
        throw new ArithmeticException(
            "the Hessian of its inputs is not positive definite even with its mean diagonal added"
                + " (a dampening of 1); use more calibration tokens");
      }
      share = Math.min(1, share * 10);
    }
  }

  private static void addToDiagonal(Matrix matrix, double[] diagonal, double added) {
    float[] one = new float[1];
    for (int j = 0; j < diagonal.length; j++) {
      one[0] = (float) (diagonal[j] + added);
      matrix.write(j, j, one, 1);
    }
  }

  /** Returns U; its elements below the diagonal are undefined. */
  Matrix upper() {
    return upper;
  }

  /** Returns the δ at which the factorisation succeeded. */
  double dampening() {
    return dampening;
  }

  @Override
  public void close() {
    upper.close();
  }
}
