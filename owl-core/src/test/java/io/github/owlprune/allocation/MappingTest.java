package io.github.owlprune.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MappingTest {
  private static final double HIGHEST = 1 - 1.0 / 64;

  @Provide
  Arbitrary<List<AllocationUnit>> units() {
    Arbitrary<Long> weights = Arbitraries.longs().between(64, 1_000_000);
    // A few fixed values among many random ones, so that there are ties.
    Arbitrary<Double> ratios =
        Arbitraries.oneOf(Arbitraries.doubles().between(0, 20), Arbitraries.of(0.0, 1.0, 2.0));
    return Combinators.combine(weights, Arbitraries.longs().between(16, 2_000), ratios)
        .as((w, n, r) -> new AllocationUnit("block", w, n, r))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  private static double[] bounded(
      Allocator allocator, List<AllocationUnit> units, double s, double lambda) {
    Budget budget = new Budget(s, lambda, Mapping.BOUNDED);
    return Mapping.BOUNDED.map(allocator.rawSparsities(units, budget), units, budget, HIGHEST);
  }

  @Property
  void staysInsideTheBoxAndOnTheBudget(
      @ForAll("units") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0, max = 0.98) double s,
      @ForAll @DoubleRange(min = 0, max = 0.5) double lambda) {
    for (Allocator allocator : Allocator.all()) {
      double[] result = bounded(allocator, units, s, lambda);
      double zeros = 0;
      double all = 0;
      for (int b = 0; b < result.length; b++) {
        // S − λ is rounded once in the box and once here.
        assertTrue(result[b] >= Math.max(0, s - lambda) - 1e-15);
        assertTrue(result[b] <= Math.min(HIGHEST, s + lambda) + 1e-15);
        zeros += result[b] * units.get(b).weights();
        all += units.get(b).weights();
      }
      assertEquals(s * all, zeros, 1.0, "exact to one weight");
    }
  }

  @Property
  void moreOutliersNeverMeanMoreSparsity(
      @ForAll("units") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0.1, max = 0.9) double s,
      @ForAll @DoubleRange(min = 0, max = 0.3) double lambda) {
    double[] owl = bounded(Allocator.owl(), units, s, lambda);
    double[] inverse = bounded(Allocator.owlInverse(), units, s, lambda);
    for (int a = 0; a < owl.length; a++) {
      for (int b = 0; b < owl.length; b++) {
        if (units.get(a).measured() > units.get(b).measured()) {
          assertTrue(owl[a] <= owl[b]);
          assertTrue(inverse[a] >= inverse[b]);
        }
      }
    }
  }

  @Property
  void permutingBlocksPermutesSparsities(
      @ForAll("units") List<AllocationUnit> units, @ForAll long seed) {
    List<Integer> order = new ArrayList<>();
    for (int b = 0; b < units.size(); b++) {
      order.add(b);
    }
    Collections.shuffle(order, new Random(seed));
    double[] straight = bounded(Allocator.owl(), units, 0.7, 0.08);
    double[] permuted =
        bounded(Allocator.owl(), order.stream().map(units::get).toList(), 0.7, 0.08);
    for (int b = 0; b < permuted.length; b++) {
      assertEquals(straight[order.get(b)], permuted[b], "to the bit");
    }
  }

  @Property
  void equalRatiosGiveExactlyS(
      @ForAll @IntRange(min = 1, max = 20) int blocks,
      @ForAll @DoubleRange(min = 0, max = 10) double ratio,
      @ForAll @DoubleRange(min = 0, max = 0.98) double s) {
    List<AllocationUnit> units =
        Collections.nCopies(blocks, new AllocationUnit("block", 1000, 2, ratio));
    for (double x : bounded(Allocator.owl(), units, s, 0.08)) {
      assertEquals(s, x);
    }
  }

  @Property
  void zeroLambdaGivesExactlyS(
      @ForAll("units") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0, max = 0.98) double s) {
    for (double x : bounded(Allocator.owl(), units, s, 0)) {
      assertEquals(s, x);
    }
  }

  @Property
  void theEndsOfSparsityLeaveNoChoice(
      @ForAll("units") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0, max = 0.5) double lambda) {
    for (Allocator allocator : Allocator.all()) {
      for (double end : new double[] {0, HIGHEST}) {
        for (double x : bounded(allocator, units, end, lambda)) {
          assertEquals(end, x, 1e-15, "r + c is rounded once");
        }
      }
    }
  }

  @Property
  void oneUnitGetsExactlyS(
      @ForAll @DoubleRange(min = 0, max = 20) double measured,
      @ForAll @DoubleRange(min = 0, max = 0.98) double s,
      @ForAll @DoubleRange(min = 0, max = 0.5) double lambda) {
    for (Allocator allocator : Allocator.all()) {
      List<AllocationUnit> one = List.of(new AllocationUnit("block", 1000, 70, measured));
      assertArrayEquals(new double[] {s}, bounded(allocator, one, s, lambda));
    }
  }

  @Property
  void boundedEqualsReferenceIfThatMeetsBoxAndBudget(
      @ForAll("units") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0.3, max = 0.7) double s) {
    // Equal weights, and ratios mirrored around 10, so that the reference's mean is its middle.
    List<AllocationUnit> even =
        units.stream()
            .flatMap(
                u ->
                    Stream.of(
                        new AllocationUnit("b", 1000, 2, u.measured()),
                        new AllocationUnit("b", 1000, 2, 20 - u.measured())))
            .toList();
    double min = even.stream().mapToDouble(AllocationUnit::measured).min().orElseThrow();
    double max = even.stream().mapToDouble(AllocationUnit::measured).max().orElseThrow();
    Assume.that(max > min);
    Budget budget = new Budget(s, 0.1, Mapping.REFERENCE);
    double[] reference =
        Mapping.REFERENCE.map(Allocator.owl().rawSparsities(even, budget), even, budget, HIGHEST);
    // The shift is a quotient of sums of up to 80 terms.
    assertArrayEquals(reference, bounded(Allocator.owl(), even, s, 0.1), 1e-12);
  }

  @Test
  void referenceIsTheFormula() {
    List<AllocationUnit> units =
        List.of(
            new AllocationUnit("a", 1, 2, 1),
            new AllocationUnit("b", 1, 2, 2),
            new AllocationUnit("c", 1, 2, 5));
    Budget budget = new Budget(0.7, 0.08, Mapping.REFERENCE);
    double[] s =
        Mapping.REFERENCE.map(Allocator.owl().rawSparsities(units, budget), units, budget, HIGHEST);
    // r = 0, 0.04, 0.16 with a mean of 0.2 / 3; a few roundings.
    assertArrayEquals(new double[] {0.7 + 0.2 / 3, 0.66 + 0.2 / 3, 0.54 + 0.2 / 3}, s, 1e-15);
  }

  @Test
  void referenceRefusesEqualRatiosWithARemedy() {
    List<AllocationUnit> units =
        List.of(new AllocationUnit("a", 1, 2, 1), new AllocationUnit("b", 1, 2, 1));
    Budget budget = new Budget(0.7, 0.08, Mapping.REFERENCE);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> Allocator.owl().rawSparsities(units, budget))
            .getMessage();
    assertTrue(message.contains("bounded mapping"), message);
  }

  @Test
  void referenceRefusesSparsitiesOutOfRangeAndNamesTheBlock() {
    List<AllocationUnit> units =
        List.of(new AllocationUnit("first", 1, 2, 0), new AllocationUnit("second", 1, 2, 1));
    Budget budget = new Budget(0.95, 0.2, Mapping.REFERENCE);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Mapping.REFERENCE.map(
                        Allocator.owl().rawSparsities(units, budget), units, budget, HIGHEST))
            .getMessage();
    assertTrue(message.contains("first"), message);
  }

  @Test
  void refusesNonFiniteValuesAndBudgetsThatEmptyRows() {
    List<AllocationUnit> units = List.of(new AllocationUnit("only", 1, 2, 0));
    Budget budget = new Budget(0.7, 0.08, Mapping.BOUNDED);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Mapping.BOUNDED.map(new double[] {Double.NaN}, units, budget, HIGHEST))
            .getMessage();
    assertTrue(message.contains("only"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> Mapping.BOUNDED.map(new double[] {0.7}, units, budget, 0.5));
  }

  @Test
  void refusesBudgetsOutOfRange() {
    for (double s : new double[] {-0.1, 1, 2, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Budget(s, 0.08, Mapping.BOUNDED));
    }
    for (double lambda : new double[] {-0.1, 1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Budget(0.7, lambda, Mapping.BOUNDED));
    }
  }
}
