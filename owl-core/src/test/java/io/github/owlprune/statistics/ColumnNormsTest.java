package io.github.owlprune.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

class ColumnNormsTest {
  private static double[] squared(float[][][] sequences, int threads) {
    ColumnNorms norms = new ColumnNorms(sequences[0][0].length);
    try (Workers workers = Workers.open(threads)) {
      for (float[][] rows : sequences) {
        try (Matrix x = Matrix.allocate(rows.length, rows[0].length)) {
          for (int r = 0; r < rows.length; r++) {
            x.write(r, rows[r]);
          }
          norms.add(x.array(), workers);
        }
      }
    }
    return norms.squared();
  }

  private static float[][][] random(long seed, int sequences, int rows, int columns) {
    Random random = new Random(seed);
    float[][][] values = new float[sequences][rows][columns];
    for (float[][] sequence : values) {
      for (float[] row : sequence) {
        for (int j = 0; j < columns; j++) {
          row[j] = (float) random.nextGaussian();
        }
      }
    }
    return values;
  }

  @Property(tries = 100)
  void equalsThePlainSumInDouble(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int sequences,
      @ForAll @IntRange(min = 1, max = 600) int rows,
      @ForAll @IntRange(min = 1, max = 40) int columns) {
    float[][][] values = random(seed, sequences, rows, columns);
    double[] norms = squared(values, 2);
    for (int j = 0; j < columns; j++) {
      double sum = 0;
      for (float[][] sequence : values) {
        for (float[] row : sequence) {
          sum += (double) row[j] * row[j];
        }
      }
      // Sixteen float additions and a product: at most 17 · 2^-24.
      assertEquals(sum / sequences, norms[j], 1.1e-6 * sum / sequences);
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    float[][][] values = random(3, 2, 1000, 17);
    assertArrayEquals(squared(values, 1), squared(values, 3));
  }

  @Test
  void nanNamesItsColumnAndMissingSequencesAreRefused() {
    float[][][] values = random(1, 1, 4, 3);
    values[0][2][1] = Float.NaN;
    String message = assertThrows(ArithmeticException.class, () -> squared(values, 1)).getMessage();
    assertTrue(message.contains("column 1"), message);
    assertThrows(IllegalStateException.class, () -> new ColumnNorms(3).norms());
  }
}
