package io.github.owlprune.admm;

import static io.github.owlprune.admm.Admm.admm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.testkit.Layer;
import io.github.owlprune.testkit.Matrices;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;

class ScaledHessianTest {
  private static final double DAMPENING = 0.001;

  private static ScaledHessian scaled(float[][] h, double dampening) {
    double[] diagonal = new double[h.length];
    for (int j = 0; j < h.length; j++) {
      diagonal[j] = h[j][j];
    }
    try (Matrix matrix = Matrices.of(h)) {
      return ScaledHessian.of(matrix, diagonal, dampening);
    }
  }

  static ScaledHessian scaled(Hessian hessian, Workers workers) {
    return ScaledHessian.of(hessian.matrix(workers), hessian.liveDiagonal(workers), DAMPENING);
  }

  /** Computes {@code D^-½ (H + dampening) D^-½} in double. */
  private static RealMatrix slow(Layer layer) {
    double[][] h = layer.hessian(DAMPENING);
    RealMatrix scaled = MatrixUtils.createRealMatrix(h.length, h.length);
    for (int i = 0; i < h.length; i++) {
      for (int j = 0; j < h.length; j++) {
        scaled.setEntry(i, j, h[i][j] / Math.sqrt(h[i][i] * h[j][j]));
      }
    }
    return scaled;
  }

  private static void assertClose(RealMatrix expected, Matrix actual, double tolerance) {
    float[][] values = Matrices.values(actual);
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values.length; j++) {
        assertEquals(expected.getEntry(i, j), values[i][j], tolerance, i + ", " + j);
      }
    }
  }

  @Property(tries = 25)
  void inverseByEigenvectorsMatchesADirectSolver(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 220) int inputs,
      @ForAll @DoubleRange(min = 0.02, max = 3) double rho,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    Layer layer = Layer.random(seed, 1, inputs, inputs + 100);
    RealMatrix slow = slow(layer);
    RealMatrix added = slow.add(MatrixUtils.createRealIdentityMatrix(inputs).scalarMultiply(rho));
    RealMatrix direct = new CholeskyDecomposition(added).getSolver().getInverse();
    try (Workers workers = Workers.open(threads);
        InputStatistics seen = layer.observe(admm(), workers);
        ScaledHessian scaled = scaled(seen.get(Hessian.KIND), workers);
        Matrix ours = Matrix.allocate(inputs, inputs)) {
      // Eigenvalues are up to about 60 in float32 precision, and ρ is added to them.
      scaled.inverse(rho, ours, workers);
      assertClose(direct, ours, 1e-3 / rho);
      scaled.matrix(ours, workers);
      assertClose(slow, ours, 1e-4);
    }
  }

  @Test
  void lowIsTheTenthPercentileOfTheEigenvalues() {
    Layer layer = Layer.random(9, 1, 40, 300);
    double[] values = new EigenDecomposition(slow(layer)).getRealEigenvalues();
    Arrays.sort(values);
    try (Workers workers = Workers.open(1);
        InputStatistics seen = layer.observe(admm(), workers);
        ScaledHessian scaled = scaled(seen.get(Hessian.KIND), workers)) {
      // The largest is about 20, in float32 precision.
      assertEquals(values[4], scaled.low(), 1e-5);
    }
  }

  @Test
  void raisesTheDampeningTenfoldUntilPositiveDefinite() {
    // The eigenvalues are 2.3 and −0.3, the mean diagonal is 1.
    float[][] indefinite = {{1, 1.3f}, {1.3f, 1}};
    for (double dampening : new double[] {0.01, 0.05, 0.2, 0.4, 1}) {
      try (ScaledHessian scaled = scaled(indefinite, dampening)) {
        double expected = dampening == 0.4 ? 0.4 : dampening == 0.05 ? 0.5 : 1;
        assertEquals(expected, scaled.dampening(), 1e-12);
      }
    }
  }

  @Test
  void rejectsAMatrixThatNoDampeningMakesPositiveDefinite() {
    float[][] h = {{1, 2.5f}, {2.5f, 1}};
    String message =
        assertThrows(ArithmeticException.class, () -> scaled(h, DAMPENING)).getMessage();
    assertTrue(message.contains("not positive definite"), message);
  }
}
