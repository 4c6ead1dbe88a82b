package io.github.owlprune.pruning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConjugateGradientsTest {
  private static final int ROWS = 300;
  private static final int COLUMNS = 12;

  private final Random random = new Random(1);
  private final float[][] hessian = hessian();
  private final float[][] dense = gaussian(ROWS);
  private final float[][] pruned = everyThirdKept();

  private float[][] gaussian(int rows) {
    float[][] values = new float[rows][COLUMNS];
    for (float[] row : values) {
      for (int j = 0; j < COLUMNS; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  private float[][] hessian() {
    float[][] tokens = gaussian(40);
    float[][] h = new float[COLUMNS][COLUMNS];
    for (float[] x : tokens) {
      for (int i = 0; i < COLUMNS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          h[i][j] += x[i] * x[j];
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

  /** Fits what is pruned, in place. */
  private double fit(double limit, int threads) {
    double[] diagonal = new double[COLUMNS];
    for (int j = 0; j < COLUMNS; j++) {
      diagonal[j] = hessian[j][j];
    }
    try (Workers workers = Workers.open(threads);
        Matrix h = matrix(hessian);
        Matrix before = matrix(dense);
        Matrix w = matrix(pruned)) {
      double lost = new ConjugateGradients(h, diagonal, 0.01, 15).fit(before, w, limit, workers);
      for (int r = 0; r < ROWS; r++) {
        w.read(r, pruned[r]);
      }
      return lost;
    }
  }

  private double lost() {
    double sum = 0;
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < COLUMNS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          double a = (double) pruned[r][i] - dense[r][i];
          double b = (double) pruned[r][j] - dense[r][j];
          sum += a * hessian[i][j] * b;
        }
      }
    }
    return sum;
  }

  @Test
  void itSaysWhatIsLost() {
    double before = lost();
    double fitted = fit(Double.POSITIVE_INFINITY, 2);
    // A float32 product of 12 columns.
    assertEquals(lost(), fitted, 1e-5 * fitted);
    assertTrue(fitted < before, fitted + " of " + before);
  }

  @Test
  void itGivesUpOnceTheRowsThatAreDoneLoseMore() {
    float[] last = pruned[ROWS - 1].clone();
    double lost = fit(1, 1);
    assertTrue(lost > 1, "lost " + lost);
    assertArrayEquals(last, pruned[ROWS - 1]);
  }

  @Test
  void aLimitThatIsNotPassedChangesNothing() {
    float[][] start = everyThirdKept();
    double lost = fit(Double.POSITIVE_INFINITY, 1);
    float[][] fitted = pruned.clone();
    for (int r = 0; r < ROWS; r++) {
      fitted[r] = pruned[r].clone();
      pruned[r] = start[r];
    }
    assertEquals(lost, fit(lost, 3));
    assertArrayEquals(fitted, pruned);
  }
}
