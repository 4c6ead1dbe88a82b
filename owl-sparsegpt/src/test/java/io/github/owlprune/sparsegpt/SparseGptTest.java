package io.github.owlprune.sparsegpt;

import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.testkit.Compressed;
import io.github.owlprune.testkit.Layer;
import io.github.owlprune.testkit.Matrices;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparseGptTest {
  private static final Sparsity HALF = new Sparsity.Unstructured(0.5);

  @Test
  void compensationLowersTheErrorOfAMask() {
    Compressed pruned = Layer.randomWithOutliers(1, 100, 200, 600).compress(sparseGpt(), HALF, 2);
    // The quotient is 0.78 here.
    assertTrue(pruned.error("sparsegpt") < 0.8 * pruned.error("mask"));
    assertEquals(List.of(), pruned.outcome().remarks());
  }

  /** Weights that compensated for others may be pruned later, which loses their compensation. */
  @Test
  void compensationCanRaiseTheErrorOfSeveralPrunedWeights() {
    Layer layer = Layer.randomWithOutliers(2333, 1, 5, 40);
    Compressed pruned = layer.compress(sparseGpt(), new Sparsity.Unstructured(0.8), 1);
    // The quotient is 1.29 here.
    assertTrue(pruned.error("sparsegpt") > 1.2 * pruned.error("mask"));
  }

  @Test
  void reportsTheOutputErrors() {
    Layer layer = Layer.randomWithOutliers(2, 20, 150, 400);
    Compressed pruned = layer.compress(sparseGpt(), HALF, 2);
    float[][] masked = new float[layer.rows()][layer.inputs()];
    for (int r = 0; r < masked.length; r++) {
      for (int j = 0; j < masked[r].length; j++) {
        masked[r][j] = pruned.weights()[r][j] == 0 ? 0 : layer.weights()[r][j];
      }
    }
    // The values are computed from a float32 Hessian.
    assertEquals(layer.outputError(masked), pruned.error("mask"), 1e-4);
    assertEquals(layer.outputError(pruned.weights()), pruned.error("sparsegpt"), 1e-4);
  }

  @Test
  void zeroesAndReportsTheWeightsOfDeadInputs() {
    Layer layer = Layer.randomWithOutliers(3, 10, 40, 100);
    for (float[] x : layer.tokens()) {
      x[0] = 0;
      x[17] = 0;
    }
    Compressed pruned = layer.compress(sparseGpt(), new Sparsity.Unstructured(0.2), 1);
    for (float[] row : pruned.weights()) {
      assertEquals(0f, row[0]);
      assertEquals(0f, row[17]);
    }
    assertTrue(pruned.outcome().remarks().get(0).startsWith("2 inputs were zero"));
  }

  @Test
  void reportsFewerTokensThanInputs() {
    Compressed pruned = Layer.randomWithOutliers(4, 10, 40, 30).compress(sparseGpt(), HALF, 1);
    String remark = pruned.outcome().remarks().get(0);
    assertTrue(remark.contains("30 calibration tokens for 40 inputs"), remark);
  }

  @Test
  void raisesAndReportsTheDampeningOfASingularHessian() {
    Layer layer = Layer.randomWithOutliers(5, 10, 30, 20);
    SparseGpt hardlyAny = sparseGpt().withDampening(1e-9);
    Compressed pruned = layer.compress(hardlyAny, HALF, 1);
    String remark = pruned.outcome().remarks().get(1);
    assertTrue(remark.contains("not positive definite with a dampening of 1.0E-9"), remark);
    for (float[] row : pruned.weights()) {
      for (float w : row) {
        assertTrue(Float.isFinite(w));
      }
    }
  }

  @Test
  void inputsThatAreAllZeroLeaveTheChoiceToMagnitude() {
    Layer dark = new Layer(new float[][] {{4, -3, 2, 1}, {1, -5, 6, 7}}, new float[5][4]);
    Compressed half = dark.compress(sparseGpt(), HALF, 2);
    assertArrayEquals(new float[][] {{4, 0, 0, 0}, {0, -5, 6, 7}}, half.weights());
    String remark = half.outcome().remarks().get(0);
    assertTrue(remark.contains("inputs were zero in every calibration token"), remark);
    assertEquals(List.of(), half.outcome().outputErrors());
    float[][] windows = dark.compress(sparseGpt(), new Sparsity.NOfM(1, 2), 1).weights();
    assertArrayEquals(new float[][] {{4, 0, 2, 0}, {0, -5, 0, 7}}, windows);
  }

  @Test
  void withoutATokenTheLowestMagnitudesGo() {
    Layer layer = new Layer(new float[][] {{4, -3, 2, 1}, {1, -5, 6, 7}}, new float[5][4]);
    try (Workers workers = Workers.open(2);
        InputStatistics none = new InputStatistics(4).gather(sparseGpt().statistics())) {
      none.addEmpty();
      Compressed half = layer.compress(sparseGpt(), none, HALF, workers);
      assertArrayEquals(new float[][] {{4, 0, 0, 0}, {0, -5, 6, 7}}, half.weights());
      String remark = half.outcome().remarks().get(0);
      assertTrue(remark.contains("no calibration token reached it"), remark);
    }
  }

  @Test
  void rejectsNanStatistics() {
    Layer nan = new Layer(new float[][] {{1, 2}}, new float[][] {{1, Float.NaN}});
    String column =
        assertThrows(ArithmeticException.class, () -> nan.compress(sparseGpt(), HALF, 1))
            .getMessage();
    assertTrue(column.contains("column 1"), column);
  }

  @Test
  void namesTheNanWeight() {
    for (Sparsity target : List.of(HALF, new Sparsity.NOfM(2, 4))) {
      Layer layer = Layer.randomWithOutliers(6, 10, 40, 80);
      layer.weights()[7][31] = Float.NaN;
      String message =
          assertThrows(ArithmeticException.class, () -> layer.compress(sparseGpt(), target, 2))
              .getMessage();
      assertTrue(message.contains("row 7, column 31"), message);
    }
  }

  @Test
  void rejectsAWeightOfAnotherWidth() {
    Layer layer = new Layer(new float[][] {{1, 2}}, new float[][] {{1, 0}, {0, 1}});
    Layer other = Layer.randomWithOutliers(7, 2, 3, 9);
    try (Workers workers = Workers.open(1);
        InputStatistics seen = layer.observe(sparseGpt(), workers);
        Matrix w = Matrices.of(other.weights())) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> sparseGpt().compress(w.array(), seen, HALF, workers))
              .getMessage();
      assertTrue(message.contains("2 inputs") && message.contains("3 columns"), message);
    }
  }

  @Test
  void rejectsStatisticsWithoutTokens() {
    Layer layer = new Layer(new float[][] {{1, 2}}, new float[][] {{1, 2}});
    try (Workers workers = Workers.open(1);
        InputStatistics empty = new InputStatistics(2).gather(sparseGpt().statistics());
        Matrix w = Matrices.of(layer.weights())) {
      assertThrows(
          IllegalStateException.class, () -> sparseGpt().compress(w.array(), empty, HALF, workers));
    }
  }

  @Test
  void rejectsSettingsOutOfRange() {
    for (double bad : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> sparseGpt().withDampening(bad));
    }
    assertThrows(IllegalArgumentException.class, () -> sparseGpt().withColumnBlock(0));
    Layer layer = Layer.randomWithOutliers(1, 2, 6, 20);
    assertThrows(
        IllegalArgumentException.class,
        () -> layer.compress(sparseGpt(), new Sparsity.NOfM(2, 4), 1));
  }
}
