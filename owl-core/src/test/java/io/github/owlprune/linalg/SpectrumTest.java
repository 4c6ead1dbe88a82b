package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;

class SpectrumTest {
  private static Matrix matrix(double[][] rows) {
    Matrix m = Matrix.allocate(rows.length, rows[0].length);
    for (int r = 0; r < rows.length; r++) {
      float[] row = new float[rows[r].length];
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) rows[r][j];
      }
      m.write(r, row);
    }
    return m;
  }

  /** Rounded to float, so that both sides use the same numbers. */
  private static double[][] random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[][] w = new double[rows][columns];
    for (double[] row : w) {
      Arrays.setAll(row, j -> (float) random.nextGaussian());
    }
    return w;
  }

  private static double[] slow(double[][] rows) {
    RealMatrix w = MatrixUtils.createRealMatrix(rows);
    RealMatrix gram =
        rows.length < rows[0].length ? w.multiply(w.transpose()) : w.transpose().multiply(w);
    double[] values = new EigenDecomposition(gram).getRealEigenvalues();
    Arrays.sort(values);
    return values;
  }

  private static void assertIsTheSlowOne(double[][] rows) {
    double[] expected = slow(rows);
    try (Matrix m = matrix(rows)) {
      // Both err by some units in the last place of the largest, for each of up to 600 terms.
      assertArrayEquals(expected, Spectrum.of(m), 1e-12 * expected[expected.length - 1]);
    }
  }

  @Property(tries = 100)
  void valuesAreTheEigenvaluesOfTheSmallerGramMatrix(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 25) int rows,
      @ForAll @IntRange(min = 1, max = 25) int columns) {
    assertIsTheSlowOne(random(rows, columns, seed));
  }

  @Test
  void panelsAddUp() {
    assertIsTheSlowOne(random(600, 7, 1));
    assertIsTheSlowOne(random(7, 600, 2));
    assertIsTheSlowOne(random(256, 5, 3));
  }

  @Test
  void valuesIndistinguishableFromZeroAreZero() {
    double[][] rows = random(9, 6, 4);
    for (double[] row : rows) {
      row[5] = row[0];
      row[4] = -row[1];
    }
    try (Matrix m = matrix(rows)) {
      double[] values = Spectrum.of(m);
      assertEquals(0, values[0]);
      assertEquals(0, values[1]);
      assertTrue(values[2] > 0.01, "the other columns are far from dependent");
    }
    try (Matrix zeros = Matrix.zeros(3, 4)) {
      assertArrayEquals(new double[3], Spectrum.of(zeros));
    }
  }

  @Test
  void smallValuesThatFloatsWouldLoseAreKept() {
    // σ = 1 and 1e-5: a Gram matrix of floats would lose 1e-10 next to 1.
    double a = Math.sqrt(0.5);
    try (Matrix m = matrix(new double[][] {{a, a}, {1e-5 * a, -1e-5 * a}})) {
      // The rows are orthogonal except for the rounding of an entry, at most 6e-8 of it.
      assertEquals(1e-10, Spectrum.of(m)[0], 1e-16);
    }
  }

  @Test
  void nanAndInfinityAreRefusedWithTheirPosition() {
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      for (int[] shape : new int[][] {{300, 4}, {4, 300}}) {
        double[][] rows = random(shape[0], shape[1], 5);
        rows[3][2] = bad;
        try (Matrix m = matrix(rows)) {
          String message =
              assertThrows(ArithmeticException.class, () -> Spectrum.of(m)).getMessage();
          assertTrue(message.contains("row 3, column 2"), message);
        }
      }
    }
  }
}
