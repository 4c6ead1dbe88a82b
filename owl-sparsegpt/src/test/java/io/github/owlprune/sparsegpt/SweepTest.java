package io.github.owlprune.sparsegpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Sparsity;
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

  /** Scores nearer than this tie: they are float32 sums of some hundred terms. */
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
   * A row agrees if the same weights are zero. Where it does not, the first that differs must have
   * been a tie; what comes after follows from it.
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
      for (int j = 0; j < ours[r].length; j++) {
        assertEquals(slow.weights[r][j], ours[r][j], 1e-3 * largest, r + ", " + j);
      }
    }
    return agreeing;
  }

  @ParameterizedTest
  @CsvSource({"300, 0.7, 128", "576, 0.5, 128", "300, 2:4, 128", "300, 3:6, 128", "576, 0.8, 100"})
  void itDoesWhatTheSlowSweepDoes(int inputs, String target, int columnBlock) {
    Layer layer = Layer.random(inputs, 150, inputs, 1500);
    SparseGpt pruner = new SparseGpt().withColumnBlock(columnBlock);
    float[][] ours = layer.prune(pruner, sparsity(target), 2).weights;
    int block = target.equals("3:6") ? 132 : columnBlock;
    SlowSweep slow = SlowSweep.of(layer, sparsity(target), block, DAMPENING);
    int agreeing = agreeing(slow, ours);
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
    Layer layer = Layer.random(seed, rows, inputs, 2 * inputs);
    SparseGpt pruner = new SparseGpt().withColumnBlock(columnBlock);
    float[][] pruned = layer.prune(pruner, target, threads).weights;
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
  void theSumOfSquaredErrorsIsTheDampedObjective(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 140) int rows,
      @ForAll @IntRange(min = 1, max = 40) int windows,
      @ForAll("targets") Sparsity target) {
    int inputs = windows * 8;
    Layer layer = Layer.random(seed, rows, inputs, 2 * inputs);
    try (Workers workers = Workers.open(2);
        FactoredHessian seen = layer.observe(new SparseGpt(), workers);
        Matrix w = Layer.matrix(layer.weights)) {
      double loss = new Sweep(w, seen.factor(workers).upper(), target, 64, workers).run();
      double[][] h = layer.damped(DAMPENING);
      double objective = 0;
      float[][] now = Layer.values(w);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < inputs; i++) {
          double product = 0;
          for (int j = 0; j < inputs; j++) {
            product += h[i][j] * (layer.weights[r][j] - now[r][j]);
          }
          objective += product * (layer.weights[r][i] - now[r][i]);
        }
      }
      // U is float32, and its condition number some hundreds.
      assertEquals(objective, loss, 1e-3 * objective);
    }
  }

  @Property(tries = 100)
  void onePrunedWeightIsNeverMadeWorseByCompensation(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int inputs) {
    Layer layer = Layer.random(seed, 1, inputs, 3 * inputs);
    SparseGpt pruner = new SparseGpt().withColumnBlock(inputs);
    Layer.Pruned one = layer.prune(pruner, new Sparsity.Unstructured(1.0 / inputs), 1);
    assertEquals(1, zeros(one.weights, 0, inputs));
    // Equal if it was the last column; the figures come from float32 products.
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
        row[j] = (1 + random.nextInt(60)) * (random.nextBoolean() ? 1 : -1); // with ties
      }
    }
    Layer layer = new Layer(weights, identity);
    SparseGpt pruner = new SparseGpt().withColumnBlock(32);
    float[][] ours = layer.prune(pruner, new Sparsity.Unstructured(0.7), 2).weights;
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

  /** Rows with the same zeros must hold the same weights; rows with others were ties, and few. */
  private static void assertAlike(float[][] expected, float[][] ours, double tolerance) {
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
      assertArrayEquals(expected[r], ours[r], (float) tolerance * largest);
    }
    assertTrue(other <= 1 + expected.length / 50, other + " of " + expected.length);
  }

  @Property(tries = 20)
  void permutingRowsPermutesTheResult(@ForAll long seed, @ForAll("targets") Sparsity target) {
    int rows = 150;
    Layer layer = Layer.random(seed, rows, 160, 400);
    float[][] turned = new float[rows][];
    for (int r = 0; r < rows; r++) {
      turned[r] = layer.weights[(r * 7 + 3) % rows];
    }
    float[][] straight = layer.prune(new SparseGpt(), target, 1).weights;
    float[][] other = new Layer(turned, layer.tokens).prune(new SparseGpt(), target, 1).weights;
    float[][] back = new float[rows][];
    for (int r = 0; r < rows; r++) {
      back[(r * 7 + 3) % rows] = other[r];
    }
    assertAlike(straight, back, 1e-4);
  }

  @Property(tries = 10)
  void columnBlocksDoNotMatterToPatterns(@ForAll long seed) {
    Layer layer = Layer.random(seed, 120, 320, 800);
    Sparsity pattern = new Sparsity.NOfM(2, 4);
    float[][] wide = layer.prune(new SparseGpt(), pattern, 2).weights;
    for (int columns : new int[] {32, 64}) {
      SparseGpt pruner = new SparseGpt().withColumnBlock(columns);
      assertAlike(wide, layer.prune(pruner, pattern, 2).weights, 1e-4);
    }
  }

  @Test
  void threadsChangeNoBit() {
    Layer layer = Layer.random(8, 300, 288, 600);
    Sparsity target = new Sparsity.Unstructured(0.7);
    assertArrayEquals(
        layer.prune(new SparseGpt(), target, 1).weights,
        layer.prune(new SparseGpt(), target, 3).weights);
  }
}
