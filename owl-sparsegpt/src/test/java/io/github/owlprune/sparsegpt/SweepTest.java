package io.github.owlprune.sparsegpt;

import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.testkit.Compressed;
import io.github.owlprune.testkit.Layer;
import io.github.owlprune.testkit.Matrices;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
  private static final double DAMPENING = 0.01;

  /** Scores closer than this count as ties: they are float32 sums of a few hundred terms. */
  private static final double TIE = 1e-3;

  private static Sparsity sparsity(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new Sparsity.Unstructured(Double.parseDouble(text))
        : new Sparsity.NOfM(
            Integer.parseInt(text.substring(0, colon)),
            Integer.parseInt(text.substring(colon + 1)));
  }

  @Provide
  Arbitrary<Sparsity> targets() {
    return Arbitraries.oneOf(
        Arbitraries.doubles().between(0, 0.95).map(Sparsity.Unstructured::new),
        Arbitraries.of("2:4", "1:4", "4:8", "3:4").map(SweepTest::sparsity));
  }

  /**
   * Checks whether the same weights of a row are zero. If not, the first difference must be a tie;
   * later differences are its consequences.
   */
  private static int agreeing(SlowSweep slow, float[][] ours) {
    int agreeing = 0;
    for (int r = 0; r < ours.length; r++) {
      int row = r;
      int first =
          IntStream.range(0, ours[r].length)
              .filter(j -> (ours[row][j] == 0) != (slow.weights[row][j] == 0))
              .findFirst()
              .orElse(-1);
      if (first >= 0) {
        assertEquals(1, slow.score[r][first] / slow.last[r][first], TIE, r + ", " + first);
        continue;
      }
      agreeing++;
      double largest = 0;
      for (double w : slow.weights[r]) {
        largest = Math.max(largest, Math.abs(w));
      }
      // U is float32, and its condition number is a few hundred.
      for (int j = 0; j < ours[r].length; j++) {
        assertEquals(slow.weights[r][j], ours[r][j], 1e-3 * largest, r + ", " + j);
      }
    }
    return agreeing;
  }

  @ParameterizedTest
  @CsvSource({"300, 0.7, 128", "576, 0.5, 128", "300, 2:4, 128", "300, 3:6, 128", "576, 0.8, 100"})
  void matchesTheSlowSweep(int inputs, String target, int columnBlock) {
    Layer layer = Layer.randomWithOutliers(inputs, 150, inputs, 1500);
    SparseGpt compressor = sparseGpt().withColumnBlock(columnBlock);
    float[][] ours = layer.compress(compressor, sparsity(target), 2).weights();
    int block = target.equals("3:6") ? 132 : columnBlock;
    SlowSweep slow = SlowSweep.of(layer, sparsity(target), block, DAMPENING);
    int agreeing = agreeing(slow, ours);
    // The other rows met a tie, as agreeing() checked; ties are rare.
    assertTrue(agreeing >= 140, agreeing + " of 150 rows agree");
  }

  private static long zeros(float[][] weights, int from, int to) {
    long zeros = 0;
    for (float[] row : weights) {
      for (int j = from; j < to; j++) {
        zeros += Float.floatToRawIntBits(row[j]) == 0 ? 1 : 0;
      }
    }
    return zeros;
  }

  @Property(tries = 60)
  void countsAreExactInEveryColumnBlockAndWindow(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 140) int rows,
      @ForAll @IntRange(min = 1, max = 25) int windows,
      @ForAll @IntRange(min = 1, max = 150) int columnBlock,
      @ForAll("targets") Sparsity target,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    int inputs = windows * 8;
    Layer layer = Layer.randomWithOutliers(seed, rows, inputs, 2 * inputs);
    SparseGpt compressor = sparseGpt().withColumnBlock(columnBlock);
    float[][] pruned = layer.compress(compressor, target, threads).weights();
    if (target instanceof Sparsity.NOfM pattern) {
      for (float[] row : pruned) {
        for (int j = 0; j < inputs; j += pattern.of()) {
          long gone = zeros(new float[][] {row}, j, j + pattern.of());
          assertEquals(pattern.of() - pattern.kept(), gone);
        }
      }
      return;
    }
    for (int a = 0; a < inputs; a += columnBlock) {
      int b = Math.min(a + columnBlock, inputs);
      long expected = Sparsity.zerosAmong((long) rows * (b - a), target.zeros());
      assertEquals(expected, zeros(pruned, a, b));
    }
  }

  @Property(tries = 40)
  void sumOfSquaredErrorsIsTheDampedObjective(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 140) int rows,
      @ForAll @IntRange(min = 1, max = 40) int windows,
      @ForAll("targets") Sparsity target) {
    int inputs = windows * 8;
    Layer layer = Layer.randomWithOutliers(seed, rows, inputs, 2 * inputs);
    try (Workers workers = Workers.open(2);
        InputStatistics seen = layer.observe(sparseGpt(), workers);
        InverseFactor factor =
            InverseFactorTest.factor(seen.get(Hessian.KIND), DAMPENING, workers);
        Matrix w = Matrices.of(layer.weights())) {
      double loss = new Sweep(w, factor.upper(), target, 64, workers).run();
      double[][] h = layer.hessian(DAMPENING);
      double objective = 0;
      float[][] now = Matrices.values(w);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < inputs; i++) {
          double product = 0;
          for (int j = 0; j < inputs; j++) {
            product += h[i][j] * (layer.weights()[r][j] - now[r][j]);
          }
          objective += product * (layer.weights()[r][i] - now[r][i]);
        }
      }
      // U is float32, and its condition number is a few hundred.
      assertEquals(objective, loss, 1e-3 * objective);
    }
  }

  @Property(tries = 100)
  void compensationNeverRaisesTheErrorOfOnePrunedWeight(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int inputs) {
    Layer layer = Layer.randomWithOutliers(seed, 1, inputs, 3 * inputs);
    SparseGpt compressor = sparseGpt().withColumnBlock(inputs);
    Compressed one = layer.compress(compressor, new Sparsity.Unstructured(1.0 / inputs), 1);
    assertEquals(1, zeros(one.weights(), 0, inputs));
    // Equal if it was the last column; the numbers come from float32 products.
    assertTrue(one.error("sparsegpt") <= one.error("mask") * (1 + 1e-4));
  }

  @Test
  void identityHessianGivesMagnitudePruningWithinAColumnBlock() {
    int n = 70;
    int rows = 40;
    float[][] identity = new float[n][n];
    float[][] weights = new float[rows][n];
    Random random = new Random(5);
    for (int j = 0; j < n; j++) {
      identity[j][j] = 1;
    }
    for (float[] row : weights) {
      for (int j = 0; j < n; j++) {
        row[j] = (1 + random.nextInt(60)) * (random.nextBoolean() ? 1 : -1); // ties included
      }
    }
    Layer layer = new Layer(weights, identity);
    SparseGpt compressor = sparseGpt().withColumnBlock(32);
    float[][] ours = layer.compress(compressor, new Sparsity.Unstructured(0.7), 2).weights();
    float[][] expected = new float[rows][];
    for (int r = 0; r < rows; r++) {
      expected[r] = weights[r].clone();
    }
    for (int a = 0; a < n; a += 32) {
      int from = a;
      int width = Math.min(32, n - a);
      IntStream.range(0, rows * width)
          .boxed()
          .sorted(Comparator.comparingDouble(p -> Math.abs(weights[p / width][from + p % width])))
          .limit(Sparsity.zerosAmong((long) rows * width, 0.7))
          .forEach(p -> expected[p / width][from + p % width] = 0);
    }
    assertArrayEquals(expected, ours);
  }

  /** Rows with equal zeros must have equal weights; other rows must be ties, and rare. */
  private static void assertAlike(float[][] expected, float[][] ours) {
    int other = 0;
    for (int r = 0; r < expected.length; r++) {
      int row = r;
      if (IntStream.range(0, ours[r].length)
          .anyMatch(j -> (ours[row][j] == 0) != (expected[row][j] == 0))) {
        other++;
        continue;
      }
      float largest = 0;
      for (float w : expected[r]) {
        largest = Math.max(largest, Math.abs(w));
      }
      // The same sums in another order, in float32.
      assertArrayEquals(expected[r], ours[r], 1e-4f * largest);
    }
    assertTrue(other <= 1 + expected.length / 50, other + " of " + expected.length);
  }

  @Property(tries = 20)
  void permutingRowsPermutesTheResult(@ForAll long seed, @ForAll("targets") Sparsity target) {
    int rows = 150;
    Layer layer = Layer.randomWithOutliers(seed, rows, 160, 400);
    float[][] turned = new float[rows][];
    for (int r = 0; r < rows; r++) {
      turned[r] = layer.weights()[(r * 7 + 3) % rows];
    }
    float[][] straight = layer.compress(sparseGpt(), target, 1).weights();
    float[][] other = new Layer(turned, layer.tokens()).compress(sparseGpt(), target, 1).weights();
    float[][] back = new float[rows][];
    for (int r = 0; r < rows; r++) {
      back[(r * 7 + 3) % rows] = other[r];
    }
    assertAlike(straight, back);
  }

  @Property(tries = 10)
  void patternsDoNotDependOnColumnBlocks(@ForAll long seed) {
    Layer layer = Layer.randomWithOutliers(seed, 120, 320, 800);
    Sparsity pattern = new Sparsity.NOfM(2, 4);
    float[][] wide = layer.compress(sparseGpt(), pattern, 2).weights();
    for (int columns : new int[] {32, 64}) {
      SparseGpt compressor = sparseGpt().withColumnBlock(columns);
      assertAlike(wide, layer.compress(compressor, pattern, 2).weights());
    }
  }
}
