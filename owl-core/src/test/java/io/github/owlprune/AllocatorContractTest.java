package io.github.owlprune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Measurement;
import io.github.owlprune.allocation.Target;
import io.github.owlprune.allocation.Unit;
import io.github.owlprune.pruning.Magnitude;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an allocator that a user wrote, however it behaves. */
class AllocatorContractTest {
  private static Allocator giving(double... raw) {
    return new Allocator() {
      @Override
      public String name() {
        return "mine";
      }

      @Override
      public Measurement measurement() {
        return Measurement.NONE;
      }

      @Override
      public double[] rawSparsities(List<Unit> units, Target target) {
        return raw;
      }
    };
  }

  private static Allocation allocation(double... raw) {
    return Owl.allocate(new ToyModel(3, 0)).withAllocator(giving(raw));
  }

  private static String refusal(double... raw) {
    return assertThrows(IllegalArgumentException.class, () -> allocation(raw).plan()).getMessage();
  }

  @Test
  void nullIsRefused() {
    String message = refusal((double[]) null);
    assertTrue(message.contains("the allocator mine gave null"), message);
  }

  @Test
  void aWrongNumberIsRefused() {
    for (double[] raw : new double[][] {{}, {0.7, 0.7}, {0.7, 0.7, 0.7, 0.7}}) {
      String message = refusal(raw);
      assertTrue(
          message.contains(
              "the allocator mine gave "
                  + raw.length
                  + " sparsities for the 3 units from block.0 to block.2"),
          message);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsRefused(double bad) {
    String message = refusal(0.7, bad, 0.7);
    assertTrue(message.contains("the allocator mine gave block.1 the sparsity " + bad), message);
  }

  @Test
  void whatIsFarOutsideTheBoxIsPutIntoIt() {
    Plan plan = allocation(-1e9, 0.7, 1e9).withSparsity(0.5).withLambda(0.1).plan();
    double[] box = {0.4, 0.5, 0.6};
    for (int b = 0; b < 3; b++) {
      assertEquals(box[b], plan.blocks().get(b).zeros(), 1e-12, "a mean of two linears");
    }
  }

  @Test
  void theHighestSparsityLeavesEveryRowAWeightAndNoMoreIsPossible() {
    double highest = 1 - 1.0 / ToyModel.WIDTH;
    Report report = allocation(0.1, 0.2, 0.3).withSparsity(highest).prune(new Magnitude());
    assertEquals(highest, report.achieved(), 1e-15);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> allocation(0.1, 0.2, 0.3).withSparsity(0.95).plan())
            .getMessage();
    assertTrue(message.contains("at most " + highest), message);
  }
}
