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

/** The raw sparsities of the allocators that look at shapes alone, before box and budget. */
class BaselineAllocatorsTest {
  @Provide
  Arbitrary<List<Unit>> linears() {
    Arbitrary<Long> side = Arbitraries.longs().between(1, 20_000);
    return Combinators.combine(side, side)
        .as((out, in) -> new Unit("linear", out * in, out + in, 0))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  private static Target target(double s) {
    return new Target(s, 0.08, Mapping.BOUNDED);
  }

  private static double kept(List<Unit> units, double[] raw) {
    double kept = 0;
    for (int u = 0; u < raw.length; u++) {
      kept += (1 - raw[u]) * units.get(u).weights();
    }
    return kept;
  }

  private static double weights(List<Unit> units) {
    return units.stream().mapToLong(Unit::weights).sum();
  }

  @Property
  void erdosRenyiDensitiesAreProportionalToTheFormulaAndOnTheBudget(
      @ForAll("linears") List<Unit> units, @ForAll @DoubleRange(min = 0, max = 0.98) double s) {
    double[] raw = Allocator.erdosRenyi().rawSparsities(units, target(s));
    double expected = (1 - s) * weights(units);
    // 1 − (1 − density) loses the last bits of a small density: 1e-16 of each weight.
    assertEquals(expected, kept(units, raw), 1e-12 * weights(units));
    double first = (double) units.get(0).neurons() / units.get(0).weights();
    for (int u = 0; u < raw.length; u++) {
      double formula = (double) units.get(u).neurons() / units.get(u).weights();
      double one = (1 - raw[u]) * first;
      double other = (1 - raw[0]) * formula;
      // Eight roundings: of a product each, but 1 − density's are of 1 where that is larger.
      double rounding = Math.max(one, first) + Math.max(other, formula);
      assertEquals(one, other, 8 * 0x1p-53 * rounding);
    }
  }

  @Property
  void erdosRenyiPlusKeepsTheLastAsDenseAsTheBudgetBears(
      @ForAll("linears") List<Unit> units, @ForAll @DoubleRange(min = 0, max = 0.98) double s) {
    double[] raw = Allocator.erdosRenyiPlus().rawSparsities(units, target(s));
    double budget = (1 - s) * weights(units);
    assertEquals(budget, kept(units, raw), 1e-12 * weights(units));
    Unit last = units.get(units.size() - 1);
    assertEquals(Math.max(0, 1 - budget / last.weights()), raw[raw.length - 1], 1e-12);
  }

  @Test
  void erdosRenyiPlusSharesTheRestByErdosRenyi() {
    List<Unit> units =
        List.of(new Unit("a", 100, 20, 0), new Unit("b", 300, 40, 0), new Unit("c", 100, 20, 0));
    double[] raw = Allocator.erdosRenyiPlus().rawSparsities(units, target(0.5));
    // 250 stay, 100 of them in c; the other 150 in a and b by 20 : 40.
    assertArrayEquals(new double[] {1 - 50.0 / 100, 1 - 100.0 / 300, 0}, raw, 1e-15);
  }

  @Test
  void depthIsAStraightLineThroughTheBox() {
    List<Unit> units = new ArrayList<>();
    for (int b = 0; b < 5; b++) {
      units.add(new Unit("block." + b, 1000, 70, 0));
    }
    assertArrayEquals(
        new double[] {0.62, 0.66, 0.7, 0.74, 0.78},
        Allocator.depth().rawSparsities(units, target(0.7)),
        1e-15);
    assertArrayEquals(
        new double[] {0.7}, Allocator.depth().rawSparsities(units.subList(0, 1), target(0.7)));
  }
}
