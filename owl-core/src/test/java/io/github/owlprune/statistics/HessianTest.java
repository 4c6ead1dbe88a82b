package io.github.owlprune.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HessianTest {
  private static void add(Hessian hessian, float[][] rows, Workers workers) {
    try (Matrix x = Matrix.allocate(rows.length, rows[0].length)) {
      for (int r = 0; r < rows.length; r++) {
        x.write(r, rows[r]);
      }
      hessian.add(x.array(), workers);
    }
  }

  @Property(tries = 20)
  void isTwiceTheMeanOuterProductOfTheTokens(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 450) int inputs,
      @ForAll @IntRange(min = 1, max = 4) int sequences,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    Random random = new Random(seed);
    double[][] expected = new double[inputs][inputs];
    try (Workers workers = Workers.open(threads);
        Hessian hessian = new Hessian(inputs)) {
      for (int s = 0; s < sequences; s++) {
        float[][] x = new float[5 + s][inputs];
        for (float[] row : x) {
          for (int j = 0; j < inputs; j++) {
            row[j] = (float) random.nextGaussian() * (1 + j % 7);
          }
          for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < inputs; j++) {
              expected[i][j] += 2.0 * row[i] * row[j] / sequences;
            }
          }
        }
        add(hessian, x, workers);
      }
      Matrix h = hessian.matrix(workers);
      float[] row = new float[inputs];
      for (int i = 0; i < inputs; i++) {
        h.read(i, row);
        for (int j = 0; j < inputs; j++) {
          // At most 26 tokens, each product and sum rounded to 6e-8: far below 1e-5.
          double allowed = 1e-5 * Math.sqrt(expected[i][i] * expected[j][j]);
          assertEquals(expected[i][j], row[j], allowed, i + ", " + j);
        }
      }
    }
  }

  @Test
  void staysAccurateOverManySequences() {
    int inputs = 3;
    int sequences = 2000;
    Random random = new Random(1);
    double[][] expected = new double[inputs][inputs];
    try (Workers workers = Workers.open(1);
        Hessian hessian = new Hessian(inputs)) {
      for (int s = 0; s < sequences; s++) {
        float[][] x = new float[16][inputs];
        for (float[] row : x) {
          for (int i = 0; i < inputs; i++) {
            row[i] = 1 + random.nextFloat();
          }
          for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < inputs; j++) {
              expected[i][j] += 2.0 * row[i] * row[j] / sequences;
            }
          }
        }
        add(hessian, x, workers);
      }
      assertEquals(2000L * 16, hessian.tokens());
      float[] row = new float[inputs];
      for (int i = 0; i < inputs; i++) {
        hessian.matrix(workers).read(i, row);
        for (int j = 0; j < inputs; j++) {
          // 2,000 additions, whose rounding errors of 6e-8 grow with the root: about 3e-6.
          assertEquals(1, row[j] / expected[i][j], 1e-5);
        }
      }
    }
  }

  @Test
  void badInputIsRefused() {
    try (Workers workers = Workers.open(1);
        Hessian empty = new Hessian(2);
        Hessian zero = new Hessian(2);
        Hessian dead = new Hessian(2);
        Hessian nan = new Hessian(2)) {
      assertThrows(IllegalStateException.class, () -> empty.matrix(workers));
      assertThrows(
          IllegalArgumentException.class, () -> add(empty, new float[][] {{1, 2, 3}}, workers));
      add(zero, new float[][] {{0, 0}}, workers);
      assertThrows(ArithmeticException.class, () -> zero.liveDiagonal(workers));
      add(dead, new float[][] {{0, 3}}, workers);
      assertEquals(1, dead.liveDiagonal(workers)[0]);
      assertEquals(18, dead.liveDiagonal(workers)[1]);
      assertThrows(IllegalStateException.class, () -> add(dead, new float[][] {{1, 1}}, workers));
      add(nan, new float[][] {{0, Float.NaN}}, workers);
      String message =
          assertThrows(ArithmeticException.class, () -> nan.matrix(workers)).getMessage();
      assertTrue(message.contains("column 1"), message);
    }
  }
}
