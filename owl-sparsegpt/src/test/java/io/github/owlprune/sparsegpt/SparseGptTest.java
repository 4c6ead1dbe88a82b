package io.github.owlprune.sparsegpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Sparsity;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparseGptTest {
  private static final Sparsity HALF = new Sparsity.Unstructured(0.5);

  @Test
  void compensationLowersTheErrorOfAMask() {
    Layer.Pruned pruned = Layer.random(1, 100, 200, 600).prune(new SparseGpt(), HALF, 2);
    assertTrue(pruned.error("sparsegpt") < 0.8 * pruned.error("mask"));
    assertEquals(List.of(), pruned.outcome.remarks());
  }

  /** Weights that made good for others go later themselves, and what they held is lost. */
  @Test
  void severalPrunedWeightsCanBeMadeWorseByCompensation() {
    Layer layer = Layer.random(2333, 1, 5, 40);
    Layer.Pruned pruned = layer.prune(new SparseGpt(), new Sparsity.Unstructured(0.8), 1);
    assertTrue(pruned.error("sparsegpt") > 1.2 * pruned.error("mask"));
  }

  @Test
  void theErrorsAreThoseOfTheOutput() {
    Layer layer = Layer.random(2, 20, 150, 400);
    Layer.Pruned pruned = layer.prune(new SparseGpt(), HALF, 2);
    double mask = 0;
    double after = 0;
    double whole = 0;
    for (float[] x : layer.tokens) {
      for (int r = 0; r < layer.rows(); r++) {
        double y = 0;
        double masked = 0;
        double now = 0;
        for (int j = 0; j < x.length; j++) {
          y += layer.weights[r][j] * x[j];
          masked += pruned.weights[r][j] == 0 ? 0 : layer.weights[r][j] * x[j];
          now += pruned.weights[r][j] * x[j];
        }
        whole += y * y;
        mask += (y - masked) * (y - masked);
        after += (y - now) * (y - now);
      }
    }
    // From a float32 Hessian.
    assertEquals(Math.sqrt(mask / whole), pruned.error("mask"), 1e-4);
    assertEquals(Math.sqrt(after / whole), pruned.error("sparsegpt"), 1e-4);
  }

  @Test
  void deadInputsLoseTheirWeightsAndAreTold() {
    Layer layer = Layer.random(3, 10, 40, 100);
    for (float[] x : layer.tokens) {
      x[0] = 0;
      x[17] = 0;
    }
    Layer.Pruned pruned = layer.prune(new SparseGpt(), new Sparsity.Unstructured(0.2), 1);
    for (float[] row : pruned.weights) {
      assertEquals(0f, row[0]);
      assertEquals(0f, row[17]);
    }
    assertTrue(pruned.outcome.remarks().get(0).startsWith("2 inputs were zero"));
  }

  @Test
  void fewerTokensThanColumnsAreTold() {
    Layer.Pruned pruned = Layer.random(4, 10, 40, 30).prune(new SparseGpt(), HALF, 1);
    String remark = pruned.outcome.remarks().get(0);
    assertTrue(remark.contains("30 calibration tokens for 40 inputs"), remark);
  }

  @Test
  void aSingularHessianIsDampenedMoreAndTold() {
    Layer layer = Layer.random(5, 10, 30, 20);
    SparseGpt hardlyAny = new SparseGpt().withDampening(1e-9);
    Layer.Pruned pruned = layer.prune(hardlyAny, HALF, 1);
    String remark = pruned.outcome.remarks().get(1);
    assertTrue(remark.contains("not positive definite with a dampening of 1.0E-9"), remark);
    for (float[] row : pruned.weights) {
      for (float w : row) {
        assertTrue(Float.isFinite(w));
      }
    }
  }

  @Test
  void zeroAndNanStatisticsStopTheRun() {
    Layer zero = new Layer(new float[][] {{1, 2}}, new float[][] {{0, 0}});
    String dead =
        assertThrows(ArithmeticException.class, () -> zero.prune(new SparseGpt(), HALF, 1))
            .getMessage();
    assertTrue(dead.contains("zero in every calibration token"), dead);
    Layer nan = new Layer(new float[][] {{1, 2}}, new float[][] {{1, Float.NaN}});
    String column =
        assertThrows(ArithmeticException.class, () -> nan.prune(new SparseGpt(), HALF, 1))
            .getMessage();
    assertTrue(column.contains("column 1"), column);
  }

  @Test
  void nanWeightsStopTheRun() {
    for (Sparsity target : List.of(HALF, new Sparsity.NOfM(2, 4))) {
      Layer layer = Layer.random(6, 10, 40, 80);
      layer.weights[7][31] = Float.NaN;
      String message =
          assertThrows(ArithmeticException.class, () -> layer.prune(new SparseGpt(), target, 2))
              .getMessage();
      assertTrue(message.contains("row 7, column 31"), message);
    }
  }

  @Test
  void aWeightOfAnotherWidthIsRefused() {
    Layer layer = new Layer(new float[][] {{1, 2}}, new float[][] {{1, 0}, {0, 1}});
    Layer other = Layer.random(7, 2, 3, 9);
    try (Workers workers = Workers.open(1);
        FactoredHessian seen = layer.observe(new SparseGpt(), workers);
        Matrix w = Layer.matrix(other.weights)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new SparseGpt().prune(w.array(), seen, HALF, workers))
              .getMessage();
      assertTrue(message.contains("2 inputs") && message.contains("3 columns"), message);
    }
  }

  @Test
  void withoutAnyTokenNothingIsPruned() {
    Layer layer = new Layer(new float[][] {{1, 2}}, new float[][] {{1, 2}});
    try (Workers workers = Workers.open(1);
        FactoredHessian empty = new SparseGpt().observe(2);
        Matrix w = Layer.matrix(layer.weights)) {
      assertThrows(
          IllegalStateException.class,
          () -> new SparseGpt().prune(w.array(), empty, HALF, workers));
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    for (double bad : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new SparseGpt().withDampening(bad));
    }
    assertThrows(IllegalArgumentException.class, () -> new SparseGpt().withColumnBlock(0));
    Layer layer = Layer.random(1, 2, 6, 20);
    assertThrows(
        IllegalArgumentException.class,
        () -> layer.prune(new SparseGpt(), new Sparsity.NOfM(2, 4), 1));
  }
}
