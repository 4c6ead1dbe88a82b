package io.github.owlprune.wanda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ColumnNorms;
import io.github.owlprune.pruning.Sparsity;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WandaTest {
  private static final int INPUTS = 24;

  private static float[][] random(Random random, int rows) {
    float[][] values = new float[rows][INPUTS];
    for (float[] row : values) {
      for (int j = 0; j < INPUTS; j++) {
        row[j] = Math.round(random.nextGaussian() * 4) / 4f; // ties and zeros
      }
    }
    return values;
  }

  private static float[][] pruned(
      float[][] weight, float[][] inputs, Sparsity target, int threads) {
    float[][] result = new float[weight.length][INPUTS];
    try (Workers workers = Workers.open(threads);
        Matrix w = matrix(weight);
        Matrix x = matrix(inputs)) {
      Wanda wanda = new Wanda();
      ColumnNorms seen = wanda.observe(INPUTS);
      seen.add(x.array(), workers);
      wanda.prune(w.array(), seen, target, workers);
      for (int r = 0; r < result.length; r++) {
        w.read(r, result[r]);
      }
    }
    return result;
  }

  private static Matrix matrix(float[][] values) {
    Matrix matrix = Matrix.allocate(values.length, INPUTS);
    for (int r = 0; r < values.length; r++) {
      matrix.write(r, values[r]);
    }
    return matrix;
  }

  @Property(tries = 200)
  void equalsTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(max = 99) int percent,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    Random random = new Random(seed);
    float[][] weight = random(random, rows);
    float[][] inputs = random(random, 10);
    for (Sparsity target :
        List.of(
            new Sparsity.Unstructured(percent / 100.0),
            new Sparsity.NOfM(2, 4),
            new Sparsity.NOfM(3, 8))) {
      float[][] result = pruned(weight, inputs, target, threads);
      for (int r = 0; r < rows; r++) {
        float[] expected = expected(weight[r], inputs, target);
        for (int j = 0; j < INPUTS; j++) {
          // Kept bits are the same bits, and what goes is +0.0.
          assertEquals(Float.floatToRawIntBits(expected[j]), Float.floatToRawIntBits(result[r][j]));
        }
      }
    }
  }

  private static float[] expected(float[] row, float[][] inputs, Sparsity target) {
    float[] result = row.clone();
    int window = target instanceof Sparsity.NOfM p ? p.of() : INPUTS;
    long count =
        target instanceof Sparsity.NOfM p
            ? p.of() - p.kept()
            : Sparsity.zerosAmong(INPUTS, target.zeros());
    for (int from = 0; from < INPUTS; from += window) {
      IntStream.range(from, from + window)
          .boxed()
          .sorted(Comparator.comparingDouble(j -> score(row, inputs, j)))
          .limit(count)
          .forEach(j -> result[j] = 0f);
    }
    return result;
  }

  private static double score(float[] row, float[][] inputs, int j) {
    double squared = 0;
    for (float[] x : inputs) {
      squared += (double) x[j] * x[j];
    }
    return Math.abs(row[j]) * (float) Math.sqrt(squared);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    float[][] weight = random(new Random(1), 2);
    assertThrows(
        IllegalArgumentException.class, () -> pruned(weight, weight, new Sparsity.NOfM(2, 5), 1));
    float[][] bad = random(new Random(2), 2);
    bad[1][3] = Float.NaN;
    assertThrows(
        ArithmeticException.class, () -> pruned(weight, bad, new Sparsity.Unstructured(0.5), 1));
    assertThrows(
        ArithmeticException.class, () -> pruned(bad, weight, new Sparsity.Unstructured(0.5), 1));
    try (Workers workers = Workers.open(1);
        Matrix w = matrix(weight)) {
      ColumnNorms narrow = new ColumnNorms(INPUTS - 1);
      try (Matrix x = Matrix.allocate(1, INPUTS - 1)) {
        x.array().assign(1);
        narrow.add(x.array(), workers);
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> new Wanda().prune(w.array(), narrow, new Sparsity.Unstructured(0.5), workers));
    }
  }
}
