package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EigenvectorsTest {
  @Property(tries = 30)
  void eigenvectorsMultiplyBackToTheMatrix(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int size) {
    Random random = new Random(seed);
    float[][] a = new float[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = (float) random.nextGaussian();
        a[j][i] = a[i][j];
      }
    }
    try (Matrix matrix = Matrix.allocate(size, size)) {
      for (int i = 0; i < size; i++) {
        matrix.write(i, a[i]);
      }
      float[] values = Eigenvectors.decompose(matrix);
      float[][] q = new float[size][size];
      for (int i = 0; i < size; i++) {
        matrix.read(i, q[i]);
        assertTrue(i == 0 || values[i - 1] <= values[i]);
      }
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          double sum = 0;
          for (int k = 0; k < size; k++) {
            sum += (double) q[i][k] * values[k] * q[j][k];
          }
          // The largest eigenvalue is about 2 √size, accurate to a few units in float32's last
          // place.
          assertEquals(a[i][j], sum, 1e-5 * Math.sqrt(size), i + ", " + j);
        }
      }
    }
  }

  @Test
  void aMatrixThatIsNotSquareIsRefused() {
    try (Matrix matrix = Matrix.zeros(2, 3)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Eigenvectors.decompose(matrix))
              .getMessage();
      assertTrue(message.contains("2 x 3"), message);
    }
  }
}
