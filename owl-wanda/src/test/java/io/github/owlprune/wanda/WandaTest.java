package io.github.owlprune.wanda;

import static io.github.owlprune.wanda.Wanda.wanda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.testkit.Compressed;
import io.github.owlprune.testkit.Layer;
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
    return new Layer(weight, inputs).compress(wanda(), target, threads).weights();
  }

  @Property(tries = 200)
  void matchesTheDefinition(
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
  void rejectsStatisticsOfAnotherWidth() {
    float[][] weight = random(new Random(1), 2);
    Layer narrow = Layer.random(3, 2, INPUTS - 1, 5);
    try (Workers workers = Workers.open(1);
        InputStatistics seen = narrow.observe(wanda(), workers)) {
      Layer wide = new Layer(weight, weight);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> wide.compress(wanda(), seen, new Sparsity.Unstructured(0.5), workers))
              .getMessage();
      assertTrue(message.contains("23 columns") && message.contains("24 inputs"), message);
    }
  }

  @Test
  void zeroInputsRemoveTheLowerColumns() {
    float[][] weight = {{4, 3, 2, 1}, {1, 2, 3, 4}};
    Layer dark = new Layer(weight, new float[5][4]);
    Compressed half = dark.compress(wanda(), new Sparsity.Unstructured(0.5), 1);
    assertArrayEquals(new float[][] {{0, 0, 2, 1}, {0, 0, 3, 4}}, half.weights());
    String remark = half.outcome().remarks().get(0);
    assertTrue(remark.contains("inputs were zero in every calibration token"), remark);
  }

  @Test
  void withoutATokenTheLowestMagnitudesOfARowGo() {
    Layer layer = new Layer(new float[][] {{4, -3, 2, 1}, {1, -2, 3, 4}}, new float[5][4]);
    try (Workers workers = Workers.open(1);
        InputStatistics none = new InputStatistics(4).gather(wanda().statistics())) {
      none.addEmpty();
      Compressed half = layer.compress(wanda(), none, new Sparsity.Unstructured(0.5), workers);
      assertArrayEquals(new float[][] {{4, -3, 0, 0}, {0, 0, 3, 4}}, half.weights());
      String remark = half.outcome().remarks().get(0);
      assertTrue(remark.contains("no calibration token reached it"), remark);
    }
  }
}
