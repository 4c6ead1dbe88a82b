package io.github.owlprune.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.measure.Granularity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The raw sparsities of allocators that measure the model, before box and budget. */
class MeasuredAllocatorsTest {
  private static final Budget BUDGET = new Budget(0.7, 0.08, Mapping.BOUNDED);

  private static List<AllocationUnit> measured(double... values) {
    List<AllocationUnit> units = new ArrayList<>();
    for (double value : values) {
      units.add(new AllocationUnit("block." + units.size(), 1000, 70, value));
    }
    return units;
  }

  @Test
  void dlpKeepsUnitsOfALowMedianDenser() {
    double[] medians = {0.2, 0.5, 0.3};
    double[] raw = Allocator.dlp().rawSparsities(measured(medians), BUDGET);
    // The paper: importances 1 − U / ΣU, stretched to 2λ, are densities around 1 − S.
    double[] importances = Arrays.stream(medians).map(u -> 1 - u / 1.0).toArray();
    double mean = 0;
    double[] r = new double[3];
    for (int b = 0; b < 3; b++) {
      r[b] = (importances[b] - 0.5) / (0.8 - 0.5) * 0.16;
      mean += r[b] / 3;
    }
    for (int b = 0; b < 3; b++) {
      assertEquals(1 - (r[b] - mean + 0.3), raw[b], 1e-15, "a few roundings");
    }
  }

  @Test
  void globalReturnsTheSharesUnchanged() {
    double[] shares = {0.1, 0.95, 0.6};
    assertArrayEquals(shares, Allocator.global().rawSparsities(measured(shares), BUDGET));
  }

  @Test
  void sensitivityIsHalfALogarithmAndHalfDepth() {
    double[] raw = Allocator.sensitivity().rawSparsities(measured(5, 20, 10), BUDGET);
    // log₂ of the rises / 5: 0, 2, 1, so 0.78, 0.62, 0.7; depth: 0.62, 0.7, 0.78. A few roundings.
    assertArrayEquals(new double[] {0.7, 0.66, 0.74}, raw, 1e-15);
  }

  @Test
  void sensitivityRaisesSmallAndNegativeRisesToAQuarterOfTheMedian() {
    double[] raw =
        Allocator.sensitivity().rawSparsities(measured(-3, 4, 0, 1e-9, 16, 4, 8), BUDGET);
    double[] floored =
        Allocator.sensitivity().rawSparsities(measured(1, 4, 1, 1, 16, 4, 8), BUDGET);
    assertArrayEquals(floored, raw);
  }

  @Test
  void sensitivityIsHalfOfDepthIfNoRiseIsPositive() {
    for (double[] rises : new double[][] {{0, 0, 0}, {-1, -2, -3}}) {
      assertArrayEquals(
          new double[] {0.66, 0.7, 0.74},
          Allocator.sensitivity().rawSparsities(measured(rises), BUDGET),
          1e-15,
          "a few roundings");
    }
  }

  @Test
  void nonFiniteMeasurementsNameTheUnit() {
    for (Allocator allocator : List.of(Allocator.owl(), Allocator.dlp(), Allocator.sensitivity())) {
      for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> allocator.rawSparsities(measured(1, 2, value), BUDGET))
                .getMessage();
        assertTrue(message.contains("block.2"), allocator.name() + ": " + message);
      }
    }
  }

  @Test
  void owlPerLinearIsOwlWithLinearsAsUnits() {
    assertEquals(Granularity.LINEAR, Allocator.owlPerLinear().granularity());
    assertArrayEquals(
        Allocator.owl().rawSparsities(measured(1, 2, 5), BUDGET),
        Allocator.owlPerLinear().rawSparsities(measured(1, 2, 5), BUDGET));
  }
}
