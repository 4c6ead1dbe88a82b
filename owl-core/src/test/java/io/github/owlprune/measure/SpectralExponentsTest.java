package io.github.owlprune.measure;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.PowerLawFit;
import io.github.owlprune.linalg.Spectrum;
import io.github.owlprune.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SpectralExponentsTest {
  private static Allocation alpha(ToyModel model) {
    return Owl.allocate(model).withAllocator(Allocator.alpha());
  }

  private static float[][] weights(ToyModel model, int block, String linear) {
    return Objects.requireNonNull(model.blocks.get(block).weights.get(linear));
  }

  private static double exponent(float[][] rows) {
    try (Matrix m = Matrix.allocate(rows.length, rows[0].length)) {
      for (int r = 0; r < rows.length; r++) {
        m.write(r, rows[r]);
      }
      return PowerLawFit.exponent(Spectrum.of(m));
    }
  }

  @Test
  void aBlocksExponentIsTheMeanOverItsLinears() {
    ToyModel model = new ToyModel(3, 1);
    Plan plan = alpha(model).plan();
    assertEquals("SPECTRAL_EXPONENTS", plan.measurement());
    for (int b = 0; b < 3; b++) {
      Plan.PlannedBlock block = plan.blocks().get(b);
      double first = exponent(weights(model, b, "a"));
      double second = exponent(weights(model, b, "b"));
      assertEquals(first, block.linears().get(0).measured());
      assertEquals(second, block.linears().get(1).measured());
      assertEquals((first + second) / 2, block.measured());
    }
  }

  @Test
  void aHeavierTailMeansFewerZeros() {
    Plan plan = alpha(new ToyModel(6, 2)).withSparsity(0.6).plan();
    List<Plan.PlannedBlock> heaviestFirst = new ArrayList<>(plan.blocks());
    heaviestFirst.sort((x, y) -> Double.compare(x.measured(), y.measured()));
    for (int b = 1; b < 6; b++) {
      assertTrue(heaviestFirst.get(b - 1).zeros() <= heaviestFirst.get(b).zeros());
    }
    assertTrue(heaviestFirst.get(0).zeros() < heaviestFirst.get(5).zeros() - 0.05);
  }

  @Test
  void nothingIsSentThroughTheModel() {
    ToyModel model = new ToyModel(2, 3);
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    alpha(model)
        .withProgress(
            (activity, d, total) -> {
              done.add(d);
              totals.add(total);
            })
        .prune(magnitude());
    assertEquals(
        List.of("open block.0", "close block.0", "open block.1", "close block.1"),
        model.events.subList(0, 4));
    assertEquals(totals.get(0), done.get(done.size() - 1));
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    assertEquals(
        alpha(new ToyModel(4, 4)).withThreads(1).plan(),
        alpha(new ToyModel(4, 4)).withThreads(3).plan());
  }

  @Test
  void linearsCanGetTheirOwnSparsities() {
    Plan plan = alpha(new ToyModel(3, 5)).withGranularity(Granularity.LINEAR).plan();
    List<Plan.PlannedLinear> first = plan.blocks().get(0).linears();
    assertTrue(first.get(0).sparsity().zeros() != first.get(1).sparsity().zeros());
  }

  @Test
  void linearsWithoutATailAreRefusedByName() {
    ToyModel zeros = new ToyModel(2, 6);
    for (float[] row : weights(zeros, 1, "b")) {
      Arrays.fill(row, 0);
    }
    ToyModel identity = new ToyModel(2, 6);
    float[][] w = weights(identity, 1, "b");
    for (int r = 0; r < w.length; r++) {
      Arrays.fill(w[r], 0);
      w[r][r] = 1;
    }
    ToyModel nan = new ToyModel(2, 6);
    weights(nan, 1, "b")[2][3] = Float.NaN;
    for (ToyModel model : List.of(zeros, identity, nan)) {
      String message =
          assertThrows(ArithmeticException.class, () -> alpha(model).plan()).getMessage();
      assertTrue(message.startsWith("block.1.b: "), message);
      alpha(model).withLinears("*.a").plan(); // the remedy
    }
  }
}
