package io.github.owlprune.admm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.testkit.Layer;
import io.github.owlprune.testkit.Matrices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LargestInMatrixTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 30;

  private static float[][] gaussian(long seed) {
    return Layer.random(seed, ROWS, COLUMNS, 1).weights();
  }

  private static Matrix nothingToRead() {
    float[][] nan = new float[ROWS][COLUMNS];
    for (float[] row : nan) {
      Arrays.fill(row, Float.NaN);
    }
    return Matrices.of(nan);
  }

  /** Selects by sorting; on a tie the lower position is removed. */
  private static float[][] slow(float[][] values, Sparsity target) {
    List<Integer> places = new ArrayList<>();
    for (int p = 0; p < ROWS * COLUMNS; p++) {
      places.add(p);
    }
    places.sort(Comparator.comparingDouble(p -> Math.abs(values[p / COLUMNS][p % COLUMNS])));
    float[][] kept = Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
    for (int p : places.subList(0, (int) Sparsity.zerosAmong(places.size(), target.zeros()))) {
      kept[p / COLUMNS][p % COLUMNS] = 0;
    }
    return kept;
  }

  private static float[][] kept(Support.Keeper keeper, float[][] values) {
    float[][] kept = new float[ROWS][COLUMNS];
    for (int r = 0; r < ROWS; r++) {
      keeper.keep(r, values[r], kept[r]);
    }
    return kept;
  }

  @Property(tries = 100)
  void selectionOfAChangingMatrixMatchesSorting(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0, max = 0.99) double sparsity,
      @ForAll @DoubleRange(min = 0, max = 1) double change,
      @ForAll @IntRange(min = 0, max = 3) int digits) {
    Random random = new Random(seed);
    Sparsity target = new Sparsity.Unstructured(sparsity);
    LargestInMatrix largest = new LargestInMatrix(target, ROWS, COLUMNS);
    List<Support.Keeper> threads = List.of(largest.keeper(), largest.keeper());
    float[][] values = gaussian(seed);
    try (Workers workers = Workers.open(1)) {
      for (int round = 0; round < 6; round++) {
        for (int r = 0; r < ROWS; r++) {
          for (int j = 0; j < COLUMNS; j++) {
            values[r][j] += (float) (change * random.nextGaussian());
            if (digits > 0) { // many ties
              values[r][j] = (float) Math.rint(values[r][j] * digits) / digits;
            }
          }
          threads.get(random.nextInt(2)).watch(values[r]);
        }
        try (Matrix matrix = Matrices.of(values)) {
          largest.choose(matrix, workers);
        }
        assertArrayEquals(slow(values, target), kept(threads.get(0), values));
      }
    }
  }

  @Test
  void doesNotReadAMatrixThatWasObservedAndHardlyChanged() {
    Sparsity target = new Sparsity.Unstructured(0.7);
    LargestInMatrix largest = new LargestInMatrix(target, ROWS, COLUMNS);
    Support.Keeper keeper = largest.keeper();
    float[][] values = gaussian(1);
    try (Workers workers = Workers.open(1);
        Matrix matrix = Matrices.of(values);
        Matrix nan = nothingToRead()) {
      largest.choose(matrix, workers);
      for (int round = 0; round < 3; round++) {
        for (float[] row : values) {
          for (int j = 0; j < COLUMNS; j++) {
            row[j] *= 1.001f;
          }
          keeper.watch(row);
        }
        largest.choose(nan, workers);
        assertArrayEquals(slow(values, target), kept(keeper, values));
      }
    }
  }

  @Test
  void readsAMatrixThatWasNotFullyObserved() {
    LargestInMatrix largest = new LargestInMatrix(new Sparsity.Unstructured(0.7), ROWS, COLUMNS);
    Support.Keeper keeper = largest.keeper();
    float[][] values = gaussian(2);
    try (Workers workers = Workers.open(1);
        Matrix matrix = Matrices.of(values)) {
      largest.choose(matrix, workers);
      float[][] first = kept(keeper, values);
      for (int r = 1; r < ROWS; r++) {
        keeper.watch(values[r]);
      }
      largest.choose(matrix, workers);
      assertArrayEquals(first, kept(keeper, values));
    }
  }

  @Test
  void namesAnObservedNan() {
    LargestInMatrix largest = new LargestInMatrix(new Sparsity.Unstructured(0.5), ROWS, COLUMNS);
    Support.Keeper keeper = largest.keeper();
    float[][] values = gaussian(3);
    try (Workers workers = Workers.open(1);
        Matrix before = Matrices.of(values)) {
      largest.choose(before, workers);
      values[4][9] = Float.NaN;
      for (float[] row : values) {
        keeper.watch(row);
      }
      try (Matrix after = Matrices.of(values)) {
        String message =
            assertThrows(ArithmeticException.class, () -> largest.choose(after, workers))
                .getMessage();
        assertTrue(message.contains("row 4") && message.contains("column 9"), message);
      }
    }
  }
}
