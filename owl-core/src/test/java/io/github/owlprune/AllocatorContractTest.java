package io.github.owlprune;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the library treats an allocator that a user wrote, whatever it returns. */
class AllocatorContractTest {
  private static Allocator returning(double... raw) {
    return new Allocator() {
      @Override
      public String name() {
        return "mine";
      }

      @Override
      public Measurement measurement() {
        return Measurement.none();
      }

      @Override
      public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
        return raw;
      }
    };
  }

  private static Allocation allocation(double... raw) {
    return Owl.allocate(new ToyModel(3, 0)).withAllocator(returning(raw));
  }

  private static String refusal(double... raw) {
    return assertThrows(IllegalArgumentException.class, () -> allocation(raw).plan()).getMessage();
  }

  @Test
  void nullIsRefused() {
    String message = refusal((double[]) null);
    assertTrue(message.contains("the allocator mine returned null"), message);
  }

  @Test
  void aWrongNumberIsRefused() {
    for (double[] raw : new double[][] {{}, {0.7, 0.7}, {0.7, 0.7, 0.7, 0.7}}) {
      String message = refusal(raw);
      assertTrue(
          message.contains(
              "the allocator mine returned "
                  + raw.length
                  + " sparsities for the 3 units from block.0 to block.2"),
          message);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void nonFiniteSparsitiesAreRefused(double bad) {
    String message = refusal(0.7, bad, 0.7);
    assertTrue(
        message.contains("the allocator mine returned for block.1 the sparsity " + bad), message);
  }

  @Test
  void sparsitiesFarOutsideTheBoxAreClipped() {
    Plan plan = allocation(-1e9, 0.7, 1e9).withSparsity(0.5).withLambda(0.1).plan();
    double[] box = {0.4, 0.5, 0.6};
    for (int b = 0; b < 3; b++) {
      assertEquals(
          box[b],
          plan.blocks().get(b).zeros(),
          1e-12,
          "roundings of the box and of the mean of two linears");
    }
  }

  @Test
  void theHighestSparsityLeavesEveryRowAWeightAndAHigherOneIsRefused() {
    double highest = 1 - 1.0 / ToyModel.WIDTH;
    Report report = allocation(0.1, 0.2, 0.3).withSparsity(highest).prune(magnitude());
    assertEquals(highest, report.achieved(), 1e-15, "one rounding on either side");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> allocation(0.1, 0.2, 0.3).withSparsity(0.95).plan())
            .getMessage();
    assertTrue(message.contains("at most " + highest), message);
  }
}
