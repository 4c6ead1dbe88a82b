package io.github.owlprune.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** The raw sparsities of allocators that use shapes alone, before box and budget. */
class BaselineAllocatorsTest {
  @Provide
  Arbitrary<List<AllocationUnit>> linears() {
    Arbitrary<Long> side = Arbitraries.longs().between(1, 20_000);
    return Combinators.combine(side, side)
        .as((out, in) -> new AllocationUnit("linear", out * in, out + in, 0))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  private static Budget budget(double s) {
    return new Budget(s, 0.08, Mapping.BOUNDED);
  }

  private static double kept(List<AllocationUnit> units, double[] raw) {
    double kept = 0;
    for (int u = 0; u < raw.length; u++) {
      kept += (1 - raw[u]) * units.get(u).weights();
    }
    return kept;
  }

  private static double weights(List<AllocationUnit> units) {
    return units.stream().mapToLong(AllocationUnit::weights).sum();
  }

  @Property
  void erdosRenyiDensitiesAreProportionalToTheFormulaAndOnTheBudget(
      @ForAll("linears") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0, max = 0.98) double s) {
    double[] raw = Allocator.erdosRenyi().rawSparsities(units, budget(s));
    double expected = (1 - s) * weights(units);
    // 1 − (1 − density) loses the last bits of a small density: 1e-16 of each weight.
    assertEquals(expected, kept(units, raw), 1e-12 * weights(units));
    double first = (double) units.get(0).neurons() / units.get(0).weights();
    for (int u = 0; u < raw.length; u++) {
      double formula = (double) units.get(u).neurons() / units.get(u).weights();
      double one = (1 - raw[u]) * first;
      double other = (1 - raw[0]) * formula;
      // Eight roundings, each relative to a product, or to 1 where 1 − density is rounded.
      double rounding = Math.max(one, first) + Math.max(other, formula);
      assertEquals(one, other, 8 * 0x1p-53 * rounding);
    }
  }

  @Property
  void erdosRenyiPlusKeepsTheLastUnitAsDenseAsTheBudgetAllows(
      @ForAll("linears") List<AllocationUnit> units,
      @ForAll @DoubleRange(min = 0, max = 0.98) double s) {
    double[] raw = Allocator.erdosRenyiPlus().rawSparsities(units, budget(s));
    double budget = (1 - s) * weights(units);
    assertEquals(budget, kept(units, raw), 1e-12 * weights(units));
    AllocationUnit last = units.get(units.size() - 1);
    assertEquals(
        Math.max(0, 1 - budget / last.weights()),
        raw[raw.length - 1],
        1e-12,
        "a difference of two sums of up to 30 units");
  }

  @Test
  void erdosRenyiPlusSharesTheRestByErdosRenyi() {
    List<AllocationUnit> units =
        List.of(
            new AllocationUnit("a", 100, 20, 0),
            new AllocationUnit("b", 300, 40, 0),
            new AllocationUnit("c", 100, 20, 0));
    double[] raw = Allocator.erdosRenyiPlus().rawSparsities(units, budget(0.5));
    // 250 are kept: 100 in c, and 150 in a and b in the ratio 20 : 40. A few roundings.
    assertArrayEquals(new double[] {1 - 50.0 / 100, 1 - 100.0 / 300, 0}, raw, 1e-15);
  }

  @Test
  void depthIsAStraightLineThroughTheBox() {
    List<AllocationUnit> units = new ArrayList<>();
    for (int b = 0; b < 5; b++) {
      units.add(new AllocationUnit("block." + b, 1000, 70, 0));
    }
    assertArrayEquals(
        new double[] {0.62, 0.66, 0.7, 0.74, 0.78},
        Allocator.depth().rawSparsities(units, budget(0.7)),
        1e-15,
        "two roundings of values below 1");
    assertArrayEquals(
        new double[] {0.7}, Allocator.depth().rawSparsities(units.subList(0, 1), budget(0.7)));
  }
}
