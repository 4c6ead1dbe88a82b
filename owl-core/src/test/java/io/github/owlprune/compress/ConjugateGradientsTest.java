package io.github.owlprune.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConjugateGradientsTest {
  private static final int ROWS = 300;
  private static final int COLUMNS = 12;

  private static final int STEPS = 15;

  private Random random = new Random(1);
  private float[][] hessian = hessian(0);
  private float[][] dense = gaussian(ROWS);
  private float[][] pruned = everyThirdKept();

  private void problem(long seed, double common) {
    random = new Random(seed);
    hessian = hessian(common);
    dense = gaussian(ROWS);
    pruned = everyThirdKept();
  }

  private float[][] gaussian(int rows) {
    float[][] values = new float[rows][COLUMNS];
    for (float[] row : values) {
      for (int j = 0; j < COLUMNS; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  /** Returns the Hessian of inputs that share a component of the given size. */
  private float[][] hessian(double common) {
    float[][] tokens = gaussian(40);
    float[][] h = new float[COLUMNS][COLUMNS];
    for (float[] x : tokens) {
      float shared = (float) (common * random.nextGaussian());
      for (int i = 0; i < COLUMNS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          h[i][j] += (x[i] + shared) * (x[j] + shared);
        }
      }
    }
    return h;
  }

  private float[][] everyThirdKept() {
    float[][] kept = new float[ROWS][COLUMNS];
    for (int r = 0; r < ROWS; r++) {
      for (int j = r % 3; j < COLUMNS; j += 3) {
        kept[r][j] = dense[r][j];
      }
    }
    return kept;
  }

  private static Matrix matrix(float[][] values) {
    Matrix m = Matrix.allocate(values.length, values[0].length);
    for (int r = 0; r < values.length; r++) {
      m.write(r, values[r]);
    }
    return m;
  }

  private interface Fit<T> {
    T fit(ConjugateGradients by, Matrix dense, Matrix w, Workers workers);
  }

  /** Fits the pruned rows in place. */
  private <T> T fit(int threads, Fit<T> how) {
    double[] diagonal = new double[COLUMNS];
    for (int j = 0; j < COLUMNS; j++) {
      diagonal[j] = hessian[j][j];
    }
    try (Workers workers = Workers.open(threads);
        Matrix h = matrix(hessian);
        Matrix before = matrix(dense);
        Matrix w = matrix(pruned)) {
      T told = how.fit(new ConjugateGradients(h, diagonal, 0.01), before, w, workers);
      for (int r = 0; r < ROWS; r++) {
        w.read(r, pruned[r]);
      }
      return told;
    }
  }

  private double[] fit(int threads) {
    return fit(threads, (by, before, w, workers) -> by.fit(before, w, STEPS, workers));
  }

  private Optional<double[]> fitBelow(double[] limits, int threads) {
    return fit(threads, (by, before, w, workers) -> by.fitBelow(before, w, STEPS, limits, workers));
  }

  private double error(int r) {
    double sum = 0;
    for (int i = 0; i < COLUMNS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        double a = (double) pruned[r][i] - dense[r][i];
        double b = (double) pruned[r][j] - dense[r][j];
        sum += a * hessian[i][j] * b;
      }
    }
    return sum;
  }

  @Test
  void returnsTheErrorOfEachRow() {
    double before = error(7);
    double[] fitted = fit(2);
    double sum = 0;
    for (int r = 0; r < ROWS; r++) {
      // A float32 product of 12 columns; errors of a single row do not average out.
      assertEquals(error(r), fitted[r], 1e-4 * fitted[r]);
      sum += error(r);
    }
    assertEquals(sum, Arrays.stream(fitted).sum(), 1e-5 * sum);
    assertTrue(fitted[7] < before, fitted[7] + " of " + before);
  }

  @Test
  void stopsOnceTheFinishedRowsExceedTheLimit() {
    double[] limits = new double[ROWS];
    limits[0] = 1;
    float[] last = pruned[ROWS - 1].clone();
    assertTrue(fitBelow(limits, 1).isEmpty());
    assertArrayEquals(last, pruned[ROWS - 1]);
  }

  @Test
  void stopsBeforeTheLastStepIfLittleIsGained() {
    double[] limits = new double[ROWS];
    Arrays.fill(limits, 1e-3 * error(0));
    float[] first = pruned[0].clone();
    assertTrue(fitBelow(limits, 1).isEmpty());
    assertArrayEquals(first, pruned[0]);
  }

  @Property(tries = 60)
  void aFitBelowTheLimitEqualsOneWithoutALimit(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0, max = 3) double common,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    problem(seed, common);
    double[] lost = fit(1);
    float[][] fitted = pruned;
    pruned = everyThirdKept();
    // In total a thousandth above the error, but the limit of the later rows is 0, so they stop.
    double[] limits = new double[ROWS];
    Arrays.fill(limits, 0, ROWS / 2, 1.001 * 2 * Arrays.stream(lost).sum() / ROWS);
    assertArrayEquals(lost, fitBelow(limits, threads).orElseThrow());
    assertArrayEquals(fitted, pruned);
  }
}
