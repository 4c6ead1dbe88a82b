package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;

/**
 * The upper triangular U with {@code (H + δ mean(diag H) I)⁻¹ = Uᵀ U} and a positive diagonal. H
 * must be positive definite with that; where it is not, δ is raised tenfold, up to 1.
 */
final class InverseFactor implements AutoCloseable {
  private final Matrix upper;
  private final double dampening;

  private InverseFactor(Matrix upper, double dampening) {
    this.upper = upper;
    this.dampening = dampening;
  }

  /**
   * Factors.
   *
   * @param hessian symmetric; only its upper triangle beside the diagonal is read
   * @param diagonal taken instead of the Hessian's own, all above 0
   * @param dampening δ to begin with
   * @throws ArithmeticException if it is not positive definite even with δ = 1
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
            "the Hessian of its inputs is not positive definite, even with as much as its mean"
                + " diagonal added (a dampening of 1); more calibration tokens may help");
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

  /** U; what lies below its diagonal is undefined. */
  Matrix upper() {
    return upper;
  }

  /** The δ that was enough. */
  double dampening() {
    return dampening;
  }

  @Override
  public void close() {
    upper.close();
  }
}
