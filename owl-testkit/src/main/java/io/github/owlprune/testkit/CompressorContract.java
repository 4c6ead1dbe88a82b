package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.OutputError;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every strategy that sets weights to zero must do. A strategy rounds a share down once for
 * each group of weights that it chooses among, such as a row; {@link #zeros} says how many weights
 * that removes.
 */
public interface CompressorContract {
  /**
   * Returns the strategy under test. Called at least once in each test.
   *
   * @return a new strategy, or the same one at every call
   */
  Compressor compressor();

  /**
   * Returns how many weights the strategy removes from a weight for an unstructured target. Unless
   * overridden, it chooses among all weights of the matrix and rounds down once. A strategy that
   * chooses within rows returns {@code rows * Sparsity.zerosAmong(inputs, share)}.
   *
   * @param rows the rows of the weight
   * @param inputs the columns of the weight
   * @param share the fraction to remove
   * @return the exact number, as the strategy documents it
   */
  default long zeros(int rows, int inputs, double share) {
    return Sparsity.zerosAmong((long) rows * inputs, share);
  }

  /**
   * Checks that the name is one word in lower case, or several joined by {@code +} if strategies
   * are combined, and that name, settings and statistics are the same at every call.
   */
  @Test
  default void nameAndSettingsAreStable() {
    Compressor compressor = compressor();
    String name = compressor.name();
    assertTrue(name.matches("[a-z0-9]+(\\+[a-z0-9]+)*"), "the name is \"" + name + "\"");
    assertFalse(compressor.settings().isBlank(), "the settings are blank");
    assertEquals(name, compressor.name());
    assertEquals(compressor.settings(), compressor.settings());
    assertEquals(compressor.statistics(), compressor.statistics());
  }

  /** Checks that for a share exactly the documented number of weights become +0.0. */
  @Test
  default void shareIsReachedExactly() {
    assertShares(7, 24);
    assertShares(30, 136);
  }

  /** Checks that a linear of one output is pruned like any other. */
  @Test
  default void oneRowIsPruned() {
    assertShares(1, 100);
    assertPattern(1, 100, new Sparsity.NOfM(2, 4));
  }

  /** Checks that a linear of one input is pruned like any other. */
  @Test
  default void oneColumnIsPruned() {
    assertShares(40, 1);
  }

  private void assertShares(int rows, int inputs) {
    Layer layer = Layer.random(11, rows, inputs, 2 * inputs + 1);
    // 0.29 · 100 is 28.999… in doubles, which rounding down must allow for.
    for (double share : new double[] {0.1, 0.29, 0.5, 0.7, 0.9, 0.99}) {
      String what = share + " of " + rows + " x " + inputs;
      long expected = zeros(rows, inputs, share);
      double exact = share * rows * inputs;
      // No strategy chooses within groups smaller than a row or a column.
      assertTrue(
          expected <= exact + 1e-6 && expected > exact - Math.max(rows, inputs),
          "zeros() claims " + expected + " zeros for " + what);
      float[][] pruned = finite(layer.compress(compressor(), share(share), 2), what);
      assertEquals(expected, Matrices.zeros(pruned), "zeros for " + what);
    }
  }

  /** Checks that with N:M exactly M − N weights of every window of a row become +0.0. */
  @Test
  default void everyWindowKeepsAsManyWeights() {
    for (String pattern : List.of("1:2", "2:4", "1:4", "3:4", "4:8", "3:6")) {
      int colon = pattern.indexOf(':');
      int kept = Integer.parseInt(pattern.substring(0, colon));
      int of = Integer.parseInt(pattern.substring(colon + 1));
      assertPattern(7, 24, new Sparsity.NOfM(kept, of));
      assertPattern(20, 144, new Sparsity.NOfM(kept, of)); // more than 128 columns
    }
  }

  private void assertPattern(int rows, int inputs, Sparsity.NOfM pattern) {
    Layer layer = Layer.random(12, rows, inputs, 2 * inputs);
    float[][] pruned = finite(layer.compress(compressor(), pattern, 2), pattern.toString());
    for (int r = 0; r < rows; r++) {
      for (int from = 0; from < inputs; from += pattern.of()) {
        float[] window = Arrays.copyOfRange(pruned[r], from, from + pattern.of());
        long zeros = Matrices.zeros(window);
        String where = pattern + " in row " + r + ", columns from " + from;
        assertEquals(pattern.of() - pattern.kept(), zeros, where);
      }
    }
  }

  /** Checks that the weights do not change, except by rounding, if nothing is to be removed. */
  @Test
  default void weightsStayIfNothingIsRemoved() {
    Layer layer = Layer.random(13, 20, 40, 100);
    for (Sparsity target : List.of(share(0), new Sparsity.NOfM(4, 4))) {
      float[][] pruned = finite(layer.compress(compressor(), target, 2), target.toString());
      assertEquals(0, Matrices.zeros(pruned), "zeros for " + target);
      for (int r = 0; r < pruned.length; r++) {
        // Weights are about 1, and may have been scaled in float32 and back.
        assertArrayEquals(layer.weights()[r], pruned[r], 1e-5f, target + " changes row " + r);
      }
    }
  }

  /** Checks that a NaN or infinite weight is refused, whatever the target and wherever it is. */
  @Test
  default void nonFiniteWeightIsRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (Sparsity target : List.of(share(0), share(0.5), new Sparsity.NOfM(2, 4))) {
        for (int place : new int[] {0, 5 * 24 + 13, 7 * 24 - 1}) {
          Layer layer = Layer.random(14, 7, 24, 60);
          layer.weights()[place / 24][place % 24] = bad;
          String what = "the weight " + bad + " at " + place + " with the target " + target;
          assertRefused(ArithmeticException.class, what, layer, target);
        }
      }
    }
  }

  /** Checks that a strategy that needs statistics refuses an input that is NaN or infinite. */
  @Test
  default void nonFiniteInputIsRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (Sparsity target : List.of(share(0), share(0.5), new Sparsity.NOfM(2, 4))) {
        Layer layer = Layer.random(15, 7, 24, 60);
        layer.tokens()[31][17] = bad;
        if (needsStatistics()) {
          String what = "the input " + bad + " with the target " + target;
          assertRefused(ArithmeticException.class, what, layer, target);
        } else {
          float[][] expected =
              Layer.random(15, 7, 24, 60).compress(compressor(), target, 1).weights();
          assertSame(expected, layer.compress(compressor(), target, 1), "inputs are not used");
        }
      }
    }
  }

  /**
   * Checks that the strategy, if all inputs are zero, either reaches its target or refuses with an
   * {@code ArithmeticException} that says so.
   */
  @Test
  default void inputsThatAreAllZeroAreHandled() {
    Layer dense = Layer.random(16, 7, 24, 60);
    Layer layer = new Layer(dense.weights(), new float[60][24]);
    for (Sparsity target : List.of(share(0.5), new Sparsity.NOfM(2, 4))) {
      long expected = target.equals(share(0.5)) ? zeros(7, 24, 0.5) : 7 * 12;
      Compressed pruned;
      try {
        pruned = layer.compress(compressor(), target, 2);
      } catch (ArithmeticException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("zero"), "message: " + e.getMessage());
        continue;
      }
      assertEquals(expected, Matrices.zeros(finite(pruned, "zero inputs")), "zeros for " + target);
    }
  }

  /**
   * Checks that the strategy, if no token reached the linear, as may happen to an expert, either
   * reaches its target or refuses with an {@code ArithmeticException} that has a message.
   */
  @Test
  default void noTokensAreHandled() {
    Layer layer = Layer.random(16, 7, 24, 60);
    Compressor compressor = compressor();
    try (Workers workers = Workers.open(2);
        InputStatistics none = new InputStatistics(24).gather(compressor.statistics())) {
      none.addEmpty();
      float[][] pruned = finite(layer.compress(compressor, none, share(0.5), workers), "no tokens");
      assertEquals(zeros(7, 24, 0.5), Matrices.zeros(pruned), "zeros without tokens");
    } catch (ArithmeticException e) {
      assertFalse(String.valueOf(e.getMessage()).isBlank(), "the message is blank");
    }
  }

  /** Checks that inputs that are always zero lead to no fewer zeros and to no NaN. */
  @Test
  default void someInputsThatAreZeroDoNoHarm() {
    Layer layer = Layer.random(17, 7, 24, 60);
    for (float[] token : layer.tokens()) {
      token[0] = 0;
      token[17] = 0;
    }
    float[][] half = finite(layer.compress(compressor(), share(0.5), 2), "two dead inputs");
    assertTrue(Matrices.zeros(half) >= zeros(7, 24, 0.5), "fewer zeros than without dead inputs");
    Sparsity pattern = new Sparsity.NOfM(2, 4);
    float[][] windows = finite(layer.compress(compressor(), pattern, 2), "two dead inputs");
    assertTrue(Matrices.zeros(windows) >= 7 * 12, "fewer zeros than without dead inputs");
  }

  /** Checks that a pattern that does not divide the inputs is refused without any change. */
  @Test
  default void patternThatDoesNotDivideTheInputsIsRefused() {
    Layer layer = Layer.random(18, 3, 10, 30);
    Compressor compressor = compressor();
    try (Workers workers = Workers.open(1);
        InputStatistics seen = layer.observe(compressor, workers);
        Matrix weight = Matrices.of(layer.weights())) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> compressor.compress(weight.array(), seen, new Sparsity.NOfM(2, 4), workers));
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains("2:4") && message.contains("10"), "message: " + message);
      assertArrayEquals(layer.weights(), Matrices.values(weight), "the weight was changed");
    }
  }

  /** Checks that a strategy that needs statistics refuses those of an input of another width. */
  @Test
  default void statisticsOfAnotherWidthAreRefused() {
    Layer layer = Layer.random(19, 3, 8, 30);
    Compressor compressor = compressor();
    try (Workers workers = Workers.open(1);
        InputStatistics narrow = Layer.random(19, 3, 4, 30).observe(compressor, workers)) {
      if (needsStatistics()) {
        assertThrows(
            IllegalArgumentException.class,
            () -> layer.compress(compressor, narrow, share(0.5), workers));
      } else {
        Compressed pruned = layer.compress(compressor, narrow, share(0.5), workers);
        assertEquals(zeros(3, 8, 0.5), Matrices.zeros(pruned.weights()));
      }
    }
  }

  /** Checks that the number of threads changes neither a bit of the weight nor the report. */
  @Test
  default void threadsChangeNothing() {
    Layer layer = Layer.random(20, 300, 200, 500); // several tiles of rows and of the Hessian
    for (Sparsity target : List.of(share(0.7), new Sparsity.NOfM(2, 4))) {
      Compressed one = layer.compress(compressor(), target, 1);
      for (int threads : new int[] {2, 3, 8}) {
        Compressed more = layer.compress(compressor(), target, threads);
        assertSame(one.weights(), more, threads + " threads, " + target);
        assertEquals(one.outcome().outputErrors(), more.outcome().outputErrors());
        assertEquals(one.outcome().remarks(), more.outcome().remarks());
      }
    }
  }

  /** Checks that one object compresses several linears, none of which affects another's result. */
  @Test
  default void nothingIsRememberedFromOneLinearToTheNext() {
    Compressor compressor = compressor();
    Layer layer = Layer.random(21, 20, 40, 100);
    float[][] first = layer.compress(compressor, share(0.6), 2).weights();
    Layer.random(22, 9, 48, 100).compress(compressor, new Sparsity.NOfM(2, 4), 1);
    assertSame(first, layer.compress(compressor, share(0.6), 2), "the second time");
  }

  /**
   * Checks that one object can compress two models at once.
   *
   * @throws InterruptedException if the test is interrupted
   * @throws ExecutionException if a compression fails
   */
  @Test
  default void twoLinearsAreCompressedAtOnce() throws InterruptedException, ExecutionException {
    Compressor compressor = compressor();
    List<Layer> layers = List.of(Layer.random(23, 60, 80, 200), Layer.random(24, 50, 96, 200));
    List<float[][]> alone =
        layers.stream().map(l -> l.compress(compressor, share(0.6), 1).weights()).toList();
    List<Callable<List<Compressed>>> together =
        layers.stream().map(l -> repeatedly(l, compressor, share(0.6))).toList();
    ExecutorService threads = Executors.newFixedThreadPool(layers.size());
    try {
      List<Future<List<Compressed>>> results = threads.invokeAll(together);
      for (int l = 0; l < layers.size(); l++) {
        for (Compressed pruned : results.get(l).get()) {
          assertSame(alone.get(l), pruned, "linear " + l);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<List<Compressed>> repeatedly(
      Layer layer, Compressor compressor, Sparsity target) {
    return () -> {
      List<Compressed> results = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        results.add(layer.compress(compressor, target, 2));
      }
      return results;
    };
  }

  /**
   * Checks that the statistics of several sequences serve all linears that read the input:
   * compressing one linear does not affect the result of the next.
   */
  @Test
  default void linearsThatShareAnInputShareItsStatistics() {
    Compressor compressor = compressor();
    List<Layer> sequences =
        List.of(
            Layer.random(25, 30, 40, 70), Layer.random(26, 12, 40, 1), Layer.random(27, 1, 40, 33));
    try (Workers workers = Workers.open(2);
        InputStatistics shared = observe(sequences, compressor, workers)) {
      for (Layer layer : sequences) { // different weights as well
        for (Sparsity target : List.of(share(0.7), new Sparsity.NOfM(2, 4))) {
          Compressed together = layer.compress(compressor, shared, target, workers);
          try (InputStatistics own = observe(sequences, compressor, workers)) {
            Compressed alone = layer.compress(compressor, own, target, workers);
            assertSame(alone.weights(), together, target.toString());
          }
        }
      }
    }
  }

  /** Checks that every reported output error is finite, at least 0, and has a step's name. */
  @Test
  default void reportIsComplete() {
    Layer layer = Layer.random(28, 20, 40, 30); // fewer tokens than inputs
    Compressed pruned = layer.compress(compressor(), share(0.7), 2);
    for (OutputError error : pruned.outcome().outputErrors()) {
      assertFalse(error.after().isBlank(), "an output error has no name");
      double relative = error.relative();
      assertTrue(relative >= 0 && Double.isFinite(relative), error.toString());
    }
    for (String remark : pruned.outcome().remarks()) {
      assertFalse(remark.isBlank(), "a remark is blank");
    }
  }

  private boolean needsStatistics() {
    return !compressor().statistics().isEmpty();
  }

  private static InputStatistics observe(
      List<Layer> sequences, Compressor compressor, Workers workers) {
    InputStatistics seen = sequences.get(0).observe(compressor, workers);
    sequences.subList(1, sequences.size()).forEach(layer -> layer.addTo(seen, workers));
    return seen;
  }

  private static Sparsity share(double share) {
    return new Sparsity.Unstructured(share);
  }

  /** Returns the weights after checking that all are finite and that none is -0.0. */
  private static float[][] finite(Compressed compressed, String what) {
    for (float[] row : compressed.weights()) {
      for (float weight : row) {
        assertTrue(Float.isFinite(weight), what + ": a weight is " + weight);
        assertTrue(
            weight != 0 || Float.floatToRawIntBits(weight) == 0,
            what + ": a pruned weight is -0.0; it must be +0.0");
      }
    }
    return compressed.weights();
  }

  private static void assertSame(float[][] expected, Compressed actual, String what) {
    float[][] weights = actual.weights();
    for (int r = 0; r < expected.length; r++) {
      // Compares bits except those of a NaN; -0.0 differs from +0.0.
      assertArrayEquals(expected[r], weights[r], what + ", row " + r);
    }
  }

  private void assertRefused(
      Class<? extends RuntimeException> type, String what, Layer layer, Sparsity target) {
    RuntimeException refusal =
        assertThrows(type, () -> layer.compress(compressor(), target, 2), what);
    assertFalse(String.valueOf(refusal.getMessage()).isBlank(), what + ": the message is blank");
  }
}
