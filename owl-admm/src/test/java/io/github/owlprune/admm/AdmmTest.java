package io.github.owlprune.admm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.OutputError;
import io.github.owlprune.pruning.Refit;
import io.github.owlprune.pruning.Sparsity;
import io.github.owlprune.sparsegpt.SparseGpt;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmmTest {
  private static final Sparsity HALF = new Sparsity.Unstructured(0.5);

  @Test
  void itLeavesLessErrorThanSparseGptRefitted() {
    Layer layer = Layer.random(1, 100, 200, 600);
    Sparsity target = new Sparsity.Unstructured(0.7);
    Layer.Pruned ours = layer.prune(new Admm(), target, 2);
    Layer.Pruned theirs = layer.prune(new Refit<>(new SparseGpt()), target, 2);
    assertTrue(ours.error() < 0.97 * theirs.error(), ours.error() + ", " + theirs.error());
    assertEquals("", ours.told());
    List<String> steps = ours.outcome.outputErrors().stream().map(OutputError::after).toList();
    assertEquals(List.of("mask", "admm"), steps);
  }

  @Test
  void theErrorIsThatOfTheOutput() {
    Layer layer = Layer.random(2, 20, 60, 200);
    Layer.Pruned pruned = layer.prune(new Admm(), HALF, 2);
    double lost = 0;
    double whole = 0;
    for (float[] x : layer.tokens) {
      for (int r = 0; r < layer.weights.length; r++) {
        double y = 0;
        double now = 0;
        for (int j = 0; j < x.length; j++) {
          y += layer.weights[r][j] * x[j];
          now += pruned.weights[r][j] * x[j];
        }
        whole += y * y;
        lost += (y - now) * (y - now);
      }
    }
    // From a float32 Hessian.
    assertEquals(Math.sqrt(lost / whole), pruned.error(), 1e-4);
  }

  @Test
  void deadInputsLoseTheirWeightsAndAreTold() {
    Layer layer = Layer.random(3, 10, 40, 100);
    for (float[] x : layer.tokens) {
      x[0] = 0;
      x[17] = 0;
    }
    Layer.Pruned pruned = layer.prune(new Admm(), new Sparsity.Unstructured(0.2), 1);
    for (float[] row : pruned.weights) {
      assertEquals(0f, row[0]);
      assertEquals(0f, row[17]);
    }
    assertTrue(pruned.told().startsWith("2 inputs were zero"), pruned.told());
  }

  @Test
  void fewerTokensThanColumnsAreTold() {
    Layer.Pruned pruned = Layer.random(4, 10, 40, 30).prune(new Admm(), HALF, 1);
    assertTrue(pruned.told().contains("30 calibration tokens for 40 inputs"), pruned.told());
  }

  @Test
  void aSingularHessianIsDampenedMoreAndTold() {
    Layer layer = Layer.random(5, 10, 30, 20);
    Layer.Pruned pruned = layer.prune(new Admm().withDampening(1e-9), HALF, 1);
    String told = pruned.told();
    assertTrue(told.contains("not positive definite with a dampening of 1.0E-9"), told);
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
        assertThrows(ArithmeticException.class, () -> zero.prune(new Admm(), HALF, 1)).getMessage();
    assertTrue(dead.contains("zero in every calibration token"), dead);
    Layer nan = new Layer(new float[][] {{1, 2}}, new float[][] {{1, Float.NaN}});
    String column =
        assertThrows(ArithmeticException.class, () -> nan.prune(new Admm(), HALF, 1)).getMessage();
    assertTrue(column.contains("column 1"), column);
  }

  @Test
  void nanWeightsStopTheRun() {
    for (Sparsity target : List.of(HALF, new Sparsity.NOfM(2, 4))) {
      Layer layer = Layer.random(6, 10, 40, 80);
      layer.weights[7][31] = Float.NaN;
      String message =
          assertThrows(ArithmeticException.class, () -> layer.prune(new Admm(), target, 2))
              .getMessage();
      assertTrue(message.contains("row 7") && message.contains("column 31"), message);
    }
  }

  @Test
  void aWeightOfAnotherWidthIsRefused() {
    Layer layer = new Layer(new float[][] {{1, 2}}, new float[][] {{1, 0}, {0, 1}});
    Layer other = Layer.random(7, 2, 3, 9);
    try (Workers workers = Workers.open(1);
        DecomposedHessian seen = layer.observe(new Admm(), workers);
        Matrix w = Layer.matrix(other.weights)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Admm().prune(w.array(), seen, HALF, workers))
              .getMessage();
      assertTrue(message.contains("2 inputs") && message.contains("3 columns"), message);
    }
  }

  @Test
  void withoutAnyTokenNothingIsPruned() {
    try (Workers workers = Workers.open(1);
        DecomposedHessian empty = new Admm().observe(2);
        Matrix w = Layer.matrix(new float[][] {{1, 2}})) {
      assertThrows(
          IllegalStateException.class, () -> new Admm().prune(w.array(), empty, HALF, workers));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    for (double bad : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Admm().withDampening(bad));
    }
    Layer layer = Layer.random(1, 2, 6, 20);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> layer.prune(new Admm(), new Sparsity.NOfM(2, 4), 1))
            .getMessage();
    assertTrue(message.contains("2:4"), message);
  }
}
