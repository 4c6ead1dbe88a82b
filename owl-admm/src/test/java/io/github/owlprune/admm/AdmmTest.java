package io.github.owlprune.admm;

import static io.github.owlprune.admm.Admm.admm;
import static io.github.owlprune.compress.Refit.refit;
import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.compress.OutputError;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.testkit.Compressed;
import io.github.owlprune.testkit.Layer;
import io.github.owlprune.testkit.Matrices;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmmTest {
  private static final Sparsity HALF = new Sparsity.Unstructured(0.5);

  @Test
  void hasALowerErrorThanRefittedSparseGpt() {
    Layer layer = Layer.random(1, 100, 200, 600);
    Sparsity target = new Sparsity.Unstructured(0.7);
    Compressed ours = layer.compress(admm(), target, 2);
    Compressed theirs = layer.compress(refit(sparseGpt()), target, 2);
    // The quotient is 0.83 here.
    assertTrue(ours.error() < 0.97 * theirs.error(), ours.error() + ", " + theirs.error());
    assertEquals("", ours.remarks());
    List<String> steps = ours.outcome().outputErrors().stream().map(OutputError::after).toList();
    assertEquals(List.of("mask", "admm"), steps);
  }

  @Test
  void reportsTheOutputError() {
    Layer layer = Layer.random(2, 20, 60, 200);
    Compressed pruned = layer.compress(admm(), HALF, 2);
    // The values are computed from a float32 Hessian.
    assertEquals(layer.outputError(pruned.weights()), pruned.error(), 1e-4);
  }

  @Test
  void zeroesAndReportsTheWeightsOfDeadInputs() {
    Layer layer = Layer.random(3, 10, 40, 100);
    for (float[] x : layer.tokens()) {
      x[0] = 0;
      x[17] = 0;
    }
    Compressed pruned = layer.compress(admm(), new Sparsity.Unstructured(0.2), 1);
    for (float[] row : pruned.weights()) {
      assertEquals(0f, row[0]);
      assertEquals(0f, row[17]);
    }
    assertTrue(pruned.remarks().startsWith("2 inputs were zero"), pruned.remarks());
  }

  @Test
  void reportsFewerTokensThanInputs() {
    Compressed pruned = Layer.random(4, 10, 40, 30).compress(admm(), HALF, 1);
    assertTrue(pruned.remarks().contains("30 calibration tokens for 40 inputs"), pruned.remarks());
  }

  @Test
  void raisesAndReportsTheDampeningOfASingularHessian() {
    Layer layer = Layer.random(5, 10, 30, 20);
    Compressed pruned = layer.compress(admm().withDampening(1e-9), HALF, 1);
    String remarks = pruned.remarks();
    assertTrue(remarks.contains("not positive definite with a dampening of 1.0E-9"), remarks);
    for (float[] row : pruned.weights()) {
      for (float w : row) {
        assertTrue(Float.isFinite(w));
      }
    }
  }

  @Test
  void inputsThatAreAllZeroLeaveTheChoiceToMagnitude() {
    Layer dark = new Layer(new float[][] {{4, -3, 2, 1}, {1, -5, 6, 7}}, new float[5][4]);
    Compressed half = dark.compress(admm(), HALF, 2);
    assertArrayEquals(new float[][] {{4, 0, 0, 0}, {0, -5, 6, 7}}, half.weights());
    String remark = half.outcome().remarks().get(0);
    assertTrue(remark.contains("inputs were zero in every calibration token"), remark);
    assertEquals(List.of(), half.outcome().outputErrors());
    float[][] windows = dark.compress(admm(), new Sparsity.NOfM(1, 2), 1).weights();
    assertArrayEquals(new float[][] {{4, 0, 2, 0}, {0, -5, 0, 7}}, windows);
  }

  @Test
  void withoutATokenTheLowestMagnitudesGo() {
    Layer layer = new Layer(new float[][] {{4, -3, 2, 1}, {1, -5, 6, 7}}, new float[5][4]);
    try (Workers workers = Workers.open(2);
        InputStatistics none = new InputStatistics(4).gather(admm().statistics())) {
      none.addEmpty();
      Compressed half = layer.compress(admm(), none, HALF, workers);
      assertArrayEquals(new float[][] {{4, 0, 0, 0}, {0, -5, 6, 7}}, half.weights());
      String remark = half.outcome().remarks().get(0);
      assertTrue(remark.contains("no calibration token reached it"), remark);
    }
  }

  @Test
  void withinRowsEveryRowLosesAsManyOfItsLowestMagnitudes() {
    Layer dark = new Layer(new float[][] {{4, -3, 2, 1}, {1, -5, 6, 7}}, new float[5][4]);
    float[][] half = dark.compress(admm().withinRows(), HALF, 2).weights();
    assertArrayEquals(new float[][] {{4, -3, 0, 0}, {0, 0, 6, 7}}, half);
  }

  @Test
  void rejectsNanStatistics() {
    Layer nan = new Layer(new float[][] {{1, 2}}, new float[][] {{1, Float.NaN}});
    String column =
        assertThrows(ArithmeticException.class, () -> nan.compress(admm(), HALF, 1)).getMessage();
    assertTrue(column.contains("column 1"), column);
  }

  @Test
  void namesTheNanWeight() {
    for (Sparsity target : List.of(HALF, new Sparsity.NOfM(2, 4))) {
      Layer layer = Layer.random(6, 10, 40, 80);
      layer.weights()[7][31] = Float.NaN;
      String message =
          assertThrows(ArithmeticException.class, () -> layer.compress(admm(), target, 2))
              .getMessage();
      assertTrue(message.contains("row 7") && message.contains("column 31"), message);
    }
  }

  @Test
  void rejectsAWeightOfAnotherWidth() {
    Layer layer = new Layer(new float[][] {{1, 2}}, new float[][] {{1, 0}, {0, 1}});
    Layer other = Layer.random(7, 2, 3, 9);
    try (Workers workers = Workers.open(1);
        InputStatistics seen = layer.observe(admm(), workers);
        Matrix w = Matrices.of(other.weights())) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> admm().compress(w.array(), seen, HALF, workers))
              .getMessage();
      assertTrue(message.contains("2 inputs") && message.contains("3 columns"), message);
    }
  }

  @Test
  void rejectsStatisticsWithoutTokens() {
    try (Workers workers = Workers.open(1);
        InputStatistics empty = new InputStatistics(2).gather(admm().statistics());
        Matrix w = Matrices.of(new float[][] {{1, 2}})) {
      assertThrows(
          IllegalStateException.class, () -> admm().compress(w.array(), empty, HALF, workers));
    }
  }

  @Test
  void rejectsSettingsOutOfRange() {
    for (double bad : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> admm().withDampening(bad));
    }
    Layer layer = Layer.random(1, 2, 6, 20);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> layer.compress(admm(), new Sparsity.NOfM(2, 4), 1))
            .getMessage();
    assertTrue(message.contains("2:4"), message);
  }
}
