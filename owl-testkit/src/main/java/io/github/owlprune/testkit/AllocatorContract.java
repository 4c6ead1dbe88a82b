package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.allocation.RawSparsities;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What every allocator must do: give each unit a finite sparsity from which the bounded mapping can
 * meet the budget, whatever was measured.
 */
public interface AllocatorContract {
  /**
   * Returns the allocator under test. Called at least once in each test.
   *
   * @return a new allocator, or the same one at every call
   */
  Allocator allocator();

  /**
   * Returns whether the position of a unit in the model counts, not only its size and measurement.
   * Otherwise, the same units in another order must get the same sparsities.
   *
   * @return false unless overridden
   */
  default boolean dependsOnOrder() {
    return false;
  }

  /** Checks that the name is lower-case words joined by hyphens, and that nothing changes it. */
  @Test
  default void nameAndMeasurementAreStable() {
    Allocator allocator = allocator();
    String name = allocator.name();
    assertTrue(name.matches("[a-z0-9]+(-[a-z0-9]+)*"), "the name is \"" + name + "\"");
    assertEquals(name, allocator.name());
    assertNotNull(allocator.measurement(), "no measurement; use Measurement.none()");
    assertEquals(allocator.measurement().name(), allocator.measurement().name());
    assertNotNull(allocator.granularity(), "no granularity");
    assertEquals(allocator.granularity(), allocator.granularity());
  }

  /** Checks that every unit gets a finite sparsity, for any number of units and any budget. */
  @Test
  default void everyUnitGetsAFiniteSparsity() {
    for (int count : new int[] {1, 2, 3, 32, 127}) {
      List<AllocationUnit> units = units(1, count);
      for (Budget budget : budgets()) {
        double[] raw = allocator().rawSparsities(units, budget);
        assertNotNull(raw, "null for " + budget);
        assertEquals(count, raw.length, "number of sparsities for " + budget);
        for (double sparsity : raw) {
          assertTrue(Double.isFinite(sparsity), "the sparsity " + sparsity + " for " + budget);
        }
      }
    }
  }

  /** Checks that bounded sparsities are all in the box and that their weighted mean is S. */
  @Test
  default void boundedMappingMeetsTheBudget() {
    for (int count : new int[] {1, 2, 3, 32, 127}) {
      for (Budget budget : budgets()) {
        assertBudget(units(2, count), budget);
      }
    }
  }

  /** Checks that a single unit gets S, since there is nothing to distribute. */
  @Test
  default void oneUnitGetsTheWholeBudget() {
    for (Budget budget : budgets()) {
      // The box is computed in doubles.
      assertEquals(budget.sparsity(), mapped(units(3, 1), budget)[0], 1e-12, budget.toString());
    }
  }

  /** Checks that equal measurements, which say nothing about the units, are no reason to fail. */
  @Test
  default void equalMeasurementsDoNotFail() {
    for (double measured : new double[] {0, 0.25, 1}) {
      List<AllocationUnit> units = new ArrayList<>();
      for (AllocationUnit unit : units(4, 12)) {
        units.add(measuredAs(unit, measured));
      }
      budgets().forEach(budget -> assertBudget(units, budget));
    }
  }

  /** Checks that units of one weight and of ten billion weights can stand side by side. */
  @Test
  default void unitsOfVeryDifferentSizesDoNotFail() {
    List<AllocationUnit> units = new ArrayList<>(units(5, 8));
    units.add(3, new AllocationUnit("one weight", 1, 2, 0.3));
    units.add(5, new AllocationUnit("a column", 100_000, 100_001, 0.4));
    units.add(7, new AllocationUnit("large", 10_000_000_000L, 200_000, 0.6));
    budgets().forEach(budget -> assertBudget(units, budget));
  }

  /**
   * Checks that a measurement that is NaN or infinite is refused with an {@code
   * IllegalArgumentException}, by the allocator or by the check of its result, unless the allocator
   * does not use measurements.
   */
  @Test
  default void nonFiniteMeasurementNeverReachesAPlan() {
    Budget budget = new Budget(0.7, 0.08, Mapping.BOUNDED);
    for (double bad : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0}) {
      List<AllocationUnit> units = new ArrayList<>(units(6, 5));
      units.set(2, measuredAs(units.get(2), bad));
      double[] raw;
      try {
        raw = RawSparsities.of(allocator(), units, budget);
      } catch (IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(units.get(2).name()), "no unit is named: " + message);
        continue;
      }
      for (double sparsity : raw) {
        assertTrue(Double.isFinite(sparsity), bad + " was measured, " + sparsity + " came out");
      }
    }
  }

  /** Checks that equal units and budgets always give the same sparsities, bit for bit. */
  @Test
  default void nothingIsRememberedFromOneCallToTheNext() {
    Allocator allocator = allocator();
    Budget budget = new Budget(0.7, 0.08, Mapping.BOUNDED);
    double[] first = allocator.rawSparsities(units(7, 12), budget).clone();
    allocator.rawSparsities(units(8, 5), new Budget(0.3, 0.2, Mapping.BOUNDED));
    assertArrayEquals(first, allocator.rawSparsities(units(7, 12), budget));
    assertArrayEquals(first, allocator().rawSparsities(units(7, 12), budget));
  }

  /** Checks that names are used in messages only. */
  @Test
  default void namesOfUnitsDoNotMatter() {
    Budget budget = new Budget(0.7, 0.08, Mapping.BOUNDED);
    List<AllocationUnit> renamed = new ArrayList<>();
    for (AllocationUnit u : units(9, 12)) {
      String name = "other" + (12 - renamed.size());
      renamed.add(new AllocationUnit(name, u.weights(), u.neurons(), u.measured()));
    }
    assertArrayEquals(
        allocator().rawSparsities(units(9, 12), budget),
        allocator().rawSparsities(renamed, budget));
  }

  /** Checks that the order of the units counts only if {@link #dependsOnOrder} says so. */
  @Test
  default void orderCountsOnlyIfTheAllocatorSaysSo() {
    Budget budget = new Budget(0.7, 0.08, Mapping.BOUNDED);
    List<AllocationUnit> units = units(10, 12);
    List<AllocationUnit> reversed = new ArrayList<>(units);
    Collections.reverse(reversed);
    double[] straight = allocator().rawSparsities(units, budget);
    double[] other = allocator().rawSparsities(reversed, budget);
    double largest = 0;
    for (int u = 0; u < straight.length; u++) {
      largest = Math.max(largest, Math.abs(straight[u] - other[straight.length - 1 - u]));
    }
    // Sums over the units may be rounded differently, which moves the last digits.
    if (dependsOnOrder()) {
      assertFalse(largest <= 1e-12, "the order does not count, but dependsOnOrder() is true");
    } else {
      assertTrue(largest <= 1e-12, "in reverse order a sparsity differs by " + largest);
    }
  }

  private static List<Budget> budgets() {
    List<Budget> budgets = new ArrayList<>();
    for (double sparsity : new double[] {0, 0.01, 0.5, 0.7, 0.95, 1 - 1.0 / 64}) {
      for (double lambda : new double[] {0, 1e-9, 0.08, 0.5, 0.999}) {
        budgets.add(new Budget(sparsity, lambda, Mapping.BOUNDED));
      }
    }
    return budgets;
  }

  /** Returns units of three shapes, measured as random numbers from 0 to 1. */
  private static List<AllocationUnit> units(long seed, int count) {
    Random random = new Random(seed);
    long[][] shapes = {{64, 64}, {176, 64}, {64, 176}};
    List<AllocationUnit> units = new ArrayList<>();
    for (int u = 0; u < count; u++) {
      long[] shape = shapes[random.nextInt(shapes.length)];
      long weights = shape[0] * shape[1];
      long neurons = shape[0] + shape[1];
      units.add(new AllocationUnit("unit." + u, weights, neurons, random.nextDouble()));
    }
    return List.copyOf(units);
  }

  private static AllocationUnit measuredAs(AllocationUnit unit, double measured) {
    return new AllocationUnit(unit.name(), unit.weights(), unit.neurons(), measured);
  }

  private double[] mapped(List<AllocationUnit> units, Budget budget) {
    double[] raw = allocator().rawSparsities(units, budget);
    return budget.mapping().map(raw, units, budget, 1 - 1.0 / 64);
  }

  private void assertBudget(List<AllocationUnit> units, Budget budget) {
    double[] sparsities = mapped(units, budget);
    double lowest = Math.max(0, budget.sparsity() - budget.lambda());
    double highest = Math.min(1 - 1.0 / 64, budget.sparsity() + budget.lambda());
    double zeros = 0;
    double weights = 0;
    for (int u = 0; u < sparsities.length; u++) {
      double s = sparsities[u];
      assertTrue(s >= lowest && s <= highest, budget + " gives " + units.get(u) + " " + s);
      zeros += s * units.get(u).weights();
      weights += units.get(u).weights();
    }
    // Sums of doubles over at most 127 units.
    assertEquals(budget.sparsity(), zeros / weights, 1e-12, budget.toString());
  }
}
