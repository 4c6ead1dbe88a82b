package io.github.owlprune.sparsegpt;

import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.testkit.Layer;
import io.github.owlprune.testkit.Matrices;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InverseFactorTest {
  private static InverseFactor factor(float[][] h, double dampening, Workers workers) {
    double[] diagonal = new double[h.length];
    for (int j = 0; j < h.length; j++) {
      diagonal[j] = h[j][j];
    }
    try (Matrix matrix = Matrices.of(h)) {
      return InverseFactor.of(matrix, diagonal, dampening, workers);
    }
  }

  static InverseFactor factor(Hessian hessian, double dampening, Workers workers) {
    return InverseFactor.of(
        hessian.matrix(workers), hessian.liveDiagonal(workers), dampening, workers);
  }

  @Property(tries = 12)
  void matchesCommonsMath(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 400) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    Layer layer = Layer.randomWithOutliers(seed, 1, inputs, inputs + 100);
    double[][] expected = SlowSweep.factor(layer.hessian(0.01));
    try (Workers workers = Workers.open(threads);
        InputStatistics seen = layer.observe(sparseGpt(), workers);
        InverseFactor factor = factor(seen.get(Hessian.KIND), 0.01, workers)) {
      float[][] u = Matrices.values(factor.upper());
      assertEquals(0.01, factor.dampening());
      for (int i = 0; i < inputs; i++) {
        for (int j = i; j < inputs; j++) {
          // U is float32, and its condition number is a few hundred.
          double scale = Math.sqrt(expected[i][i] * expected[j][j]);
          assertEquals(expected[i][j], u[i][j], 1e-4 * scale, i + ", " + j);
        }
      }
    }
  }

  @Test
  void raisesTheDampeningTenfoldUntilPositiveDefinite() {
    // The eigenvalues are 2.3 and −0.3, the mean diagonal is 1.
    float[][] indefinite = {{1, 1.3f}, {1.3f, 1}};
    try (Workers workers = Workers.open(1)) {
      for (double dampening : new double[] {0.01, 0.05, 0.2, 0.4, 1}) {
        try (InverseFactor factor = factor(indefinite, dampening, workers)) {
          double expected = dampening == 0.4 ? 0.4 : dampening == 0.05 ? 0.5 : 1;
          assertEquals(expected, factor.dampening(), 1e-12);
        }
      }
    }
  }

  @Test
  void rejectsAMatrixThatNoDampeningMakesPositiveDefinite() {
    for (float other : new float[] {2.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      try (Workers workers = Workers.open(1)) {
        float[][] h = {{1, other}, {other, 1}};
        String message =
            assertThrows(ArithmeticException.class, () -> factor(h, 0.01, workers)).getMessage();
        assertTrue(message.contains("not positive definite"), message);
      }
    }
  }
}
