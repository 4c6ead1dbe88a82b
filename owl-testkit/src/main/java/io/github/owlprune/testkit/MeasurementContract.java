package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every measurement must do, shown on a {@link SmallNetwork}: give each selected block a
 * finite number, and each selected linear too if linears get a sparsity of their own.
 */
public interface MeasurementContract {
  /**
   * Returns the measurement under test. Called at least once in each test.
   *
   * @return a new measurement, or the same one at every call
   */
  Measurement measurement();

  /** Checks that the name is upper-case words joined by underscores, and that it is stable. */
  @Test
  default void nameAndTitleAreStable() {
    Measurement measurement = measurement();
    String name = measurement.name();
    assertTrue(name.matches("[A-Z0-9]+(_[A-Z0-9]+)*"), "the name is \"" + name + "\"");
    assertFalse(measurement.title().isBlank(), "the title is blank");
    assertEquals(name, measurement.name());
    assertEquals(measurement.title(), measurement.title());
  }

  /** Checks that every block is measured. */
  @Test
  default void everyBlockGetsAFiniteNumber() {
    Plan plan = plan(allocation(network()).withGranularity(Granularity.BLOCK));
    assertEquals(3, plan.blocks().size());
    assertBlocksMeasured(plan);
  }

  /** Checks that every linear is measured too if linears get a sparsity of their own. */
  @Test
  default void everyLinearGetsAFiniteNumber() {
    Plan plan = plan(allocation(network()).withGranularity(Granularity.LINEAR));
    assertBlocksMeasured(plan);
    assertEquals(9, plan.sparsities().size());
    assertLinearsMeasured(plan);
  }

  /** Checks that the selected linears are measured when others are left out. */
  @Test
  default void selectedLinearsAreEnough() {
    for (String glob : List.of("*.down", "block.1.*", "block.0.up")) {
      Plan plan = plan(allocation(network()).withLinears(glob).withGranularity(Granularity.LINEAR));
      assertBlocksMeasured(plan);
      assertLinearsMeasured(plan);
    }
  }

  /** Checks that neither the number of threads nor a repetition changes a bit of the result. */
  @Test
  default void resultIsReproducible() {
    for (Granularity granularity : Granularity.values()) {
      Allocation allocation = allocation(network()).withGranularity(granularity);
      Plan first = plan(allocation.withThreads(1));
      assertEquals(first, plan(allocation.withThreads(1)));
      assertEquals(first, plan(allocation.withThreads(3)));
    }
  }

  /** Checks that measuring does not change the model's weights. */
  @Test
  default void modelStaysDense() {
    SmallNetwork network = network();
    plan(allocation(network));
    SmallNetwork untouched = network();
    for (LinearRef linear : linears(network)) {
      assertTrue(
          Arrays.deepEquals(untouched.weight(linear), network.weight(linear)),
          linear + " was changed");
    }
  }

  /** Checks that NaN in a weight is refused with a message that names the block. */
  @Test
  default void nanWeightIsRefused() {
    for (LinearRef linear :
        List.of(new LinearRef("block.1", "gate"), new LinearRef("block.2", "down"))) {
      SmallNetwork network = network();
      network.weight(linear)[3][2] = Float.NaN;
      ArithmeticException refusal =
          assertThrows(
              ArithmeticException.class, () -> plan(allocation(network)), "NaN in " + linear);
      String message = String.valueOf(refusal.getMessage());
      assertTrue(message.contains(linear.block()), "no block is named: " + message);
    }
  }

  /** Checks that the progress that is reported adds up to the announced total. */
  @Test
  default void progressIsAnnounced() {
    for (Granularity granularity : Granularity.values()) {
      List<Long> done = new ArrayList<>();
      List<Long> totals = new ArrayList<>();
      plan(
          allocation(network())
              .withGranularity(granularity)
              .withProgress(
                  (activity, pieces, total) -> {
                    done.add(pieces);
                    totals.add(total);
                  }));
      assertFalse(done.isEmpty(), "no progress was reported");
      long last = done.get(done.size() - 1);
      assertEquals(List.of(last), totals.stream().distinct().toList(), "announced totals");
    }
  }

  private static SmallNetwork network() {
    return new SmallNetwork(3, 5);
  }

  private static List<LinearRef> linears(SmallNetwork network) {
    List<LinearRef> linears = new ArrayList<>();
    for (Block block : network.blocks()) {
      for (Linear linear : block.linears()) {
        linears.add(LinearRef.of(block, linear));
      }
    }
    return linears;
  }

  /** Returns an allocation by this measurement, without calibration if it needs no inputs. */
  private Allocation allocation(SmallNetwork network) {
    Allocator allocator = new UniformByMeasurement(measurement());
    if (!measurement().needsInputs()) {
      return Owl.allocate(network).withAllocator(allocator);
    }
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < 4; s++) {
      int first = 7 * s;
      sequences.add(IntStream.range(first, first + 20 + s).toArray());
    }
    return Owl.allocate(network, Calibration.ids(sequences)).withAllocator(allocator);
  }

  private static Plan plan(Allocation allocation) {
    return allocation.withSparsity(0.5).plan();
  }

  private static void assertBlocksMeasured(Plan plan) {
    for (Plan.PlannedBlock block : plan.blocks()) {
      Double measured = block.measured();
      assertNotNull(measured, block.name() + " was not measured");
      assertTrue(Double.isFinite(measured), block.name() + " was measured as " + measured);
    }
  }

  private static void assertLinearsMeasured(Plan plan) {
    for (Plan.PlannedBlock block : plan.blocks()) {
      for (Plan.PlannedLinear linear : block.linears()) {
        String name = block.name() + "." + linear.name();
        Double measured = linear.measured();
        assertNotNull(measured, name + " was not measured");
        assertTrue(Double.isFinite(measured), name + " was measured as " + measured);
      }
    }
  }
}
