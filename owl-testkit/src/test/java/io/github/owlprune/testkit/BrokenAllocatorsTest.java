package io.github.owlprune.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.measure.Measurement;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Allocators with one fault each fail the test of the contract that is about it. */
class BrokenAllocatorsTest {
  /** Computes raw sparsities. */
  private interface Formula extends BiFunction<List<AllocationUnit>, Budget, double[]> {}

  private record Own(String name, Formula formula) implements Allocator {
    @Override
    public Measurement measurement() {
      return Measurement.outlierRatios();
    }

    @Override
    public double[] rawSparsities(List<AllocationUnit> units, Budget budget) {
      return formula.apply(units, budget);
    }
  }

  private static double[] uniform(List<AllocationUnit> units, Budget budget) {
    return units.stream().mapToDouble(u -> budget.sparsity()).toArray();
  }

  private static Arguments fault(
      String fault, Formula formula, ThrowingConsumer<AllocatorContract> test, String message) {
    return argumentSet(fault, new Own("own", formula), test, message);
  }

  static Stream<Arguments> faults() {
    int[] calls = {0};
    return Stream.of(
        argumentSet(
            "a name with a space",
            new Own("my own", BrokenAllocatorsTest::uniform),
            (ThrowingConsumer<AllocatorContract>) AllocatorContract::nameAndMeasurementAreStable,
            "the name is \"my own\""),
        fault(
            "divides by S",
            (units, budget) ->
                units.stream().mapToDouble(u -> u.measured() / budget.sparsity()).toArray(),
            AllocatorContract::everyUnitGetsAFiniteSparsity,
            "the sparsity Infinity"),
        fault(
            "returns one sparsity for all",
            (units, budget) -> new double[] {budget.sparsity()},
            AllocatorContract::everyUnitGetsAFiniteSparsity,
            "number of sparsities"),
        fault(
            "divides by the spread",
            BrokenAllocatorsTest::overSpread,
            AllocatorContract::equalMeasurementsDoNotFail,
            "NaN"),
        fault(
            "needs two units",
            BrokenAllocatorsTest::overSpread,
            AllocatorContract::oneUnitGetsTheWholeBudget,
            "NaN"),
        fault(
            "counts weights in ints",
            (units, budget) -> {
              units.forEach(u -> Math.toIntExact(u.weights()));
              return uniform(units, budget);
            },
            AllocatorContract::unitsOfVeryDifferentSizesDoNotFail,
            "integer overflow"),
        fault(
            "returns numbers beyond the digits of a double",
            (units, budget) -> units.stream().mapToDouble(u -> 1e18 * u.measured()).toArray(),
            AllocatorContract::boundedMappingMeetsTheBudget,
            "Budget[sparsity="),
        fault(
            "takes NaN for an index",
            (units, budget) -> {
              double[] table = new double[2];
              units.forEach(u -> table[Double.isNaN(u.measured()) ? 2 : 0]++);
              return uniform(units, budget);
            },
            AllocatorContract::nonFiniteMeasurementNeverReachesAPlan,
            "Index 2 out of bounds"),
        fault(
            "remembers",
            (units, budget) -> units.stream().mapToDouble(u -> calls[0]++).toArray(),
            AllocatorContract::nothingIsRememberedFromOneCallToTheNext,
            "array contents differ"),
        fault(
            "reads names",
            (units, budget) -> units.stream().mapToDouble(u -> u.name().length()).toArray(),
            AllocatorContract::namesOfUnitsDoNotMatter,
            "array contents differ"),
        fault(
            "counts units",
            (units, budget) -> IntStream.range(0, units.size()).mapToDouble(u -> u).toArray(),
            AllocatorContract::orderCountsOnlyIfTheAllocatorSaysSo,
            "in reverse order"));
  }

  private static double[] overSpread(List<AllocationUnit> units, Budget budget) {
    double[] measured = units.stream().mapToDouble(AllocationUnit::measured).toArray();
    double min = Arrays.stream(measured).min().orElseThrow();
    double max = Arrays.stream(measured).max().orElseThrow();
    return Arrays.stream(measured).map(m -> (m - min) / (max - min)).toArray();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultIsFound(Allocator broken, ThrowingConsumer<AllocatorContract> test, String message) {
    AllocatorContract contract = () -> broken;
    Throwable failure = assertThrows(Throwable.class, () -> test.accept(contract));
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.toString());
  }

  @Test
  void wrongClaimAboutTheOrderIsFound() {
    AllocatorContract contract =
        new AllocatorContract() {
          @Override
          public Allocator allocator() {
            return Allocator.owl();
          }

          @Override
          public boolean dependsOnOrder() {
            return true;
          }
        };
    AssertionError failure =
        assertThrows(AssertionError.class, contract::orderCountsOnlyIfTheAllocatorSaysSo);
    assertTrue(failure.getMessage().contains("dependsOnOrder() is true"), failure.toString());
  }
}
