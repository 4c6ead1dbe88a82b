package io.github.owlprune.allocation;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static java.util.Comparator.naturalOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.ToyModel;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
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

class MixedPatternTest {
  @Provide
  Arbitrary<List<AllocationUnit>> few() {
    return units(Arbitraries.longs().between(1, 50), 6);
  }

  @Provide
  Arbitrary<List<AllocationUnit>> many() {
    return units(Arbitraries.longs().between(1, 300_000_000), 100);
  }

  private static Arbitrary<List<AllocationUnit>> units(Arbitrary<Long> weights, int most) {
    Arbitrary<Double> ratios =
        Arbitraries.oneOf(Arbitraries.doubles().between(0, 20), Arbitraries.of(0.0, 1.0, 2.0));
    return Combinators.combine(weights, ratios)
        .as((w, r) -> new AllocationUnit("block", w, 2, r))
        .list()
        .ofMinSize(1)
        .ofMaxSize(most);
  }

  private record Allocated(
      List<AllocationUnit> units, List<Double> raw, List<Double> mapped, List<Integer> kept) {
    /** Returns the exact distance of the kept weights from the budget, in M-ths of a weight. */
    BigDecimal distance(List<Integer> n, int of, double s) {
      long sum = 0;
      long all = 0;
      for (int u = 0; u < n.size(); u++) {
        sum += n.get(u) * units.get(u).weights();
        all += units.get(u).weights();
      }
      BigDecimal kept = BigDecimal.ONE.subtract(BigDecimal.valueOf(s));
      BigDecimal exact = kept.multiply(BigDecimal.valueOf(of * all));
      return BigDecimal.valueOf(sum).subtract(exact).abs();
    }

    double cost(List<Integer> n, int of) {
      double cost = 0;
      for (int u = 0; u < n.size(); u++) {
        double off = 1 - (double) n.get(u) / of - mapped.get(u);
        cost += units.get(u).weights() * off * off;
      }
      return cost;
    }
  }

  private static Allocated allocate(List<AllocationUnit> units, int of, double s, double lambda) {
    Budget budget = new Budget(s, lambda, Mapping.BOUNDED);
    MixedPattern mixed = new MixedPattern(of);
    double[] raw = Allocator.owl().rawSparsities(units, budget);
    double[] mapped = Mapping.BOUNDED.map(raw, units, budget, mixed.highest());
    List<Integer> kept =
        mixed.patterns(raw, mapped, units, budget).stream()
            .map(p -> ((Sparsity.NOfM) p).kept())
            .toList();
    return new Allocated(units, boxed(raw), boxed(mapped), kept);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static List<Integer> levels(int of, double s, double lambda) {
    double exact = of * (1 - s);
    return IntStream.rangeClosed(1, of)
        // In the box, or one of the two around S; 1e-9 for the rounding of 1 − S.
        .filter(
            k ->
                Math.abs(1 - (double) k / of - s) <= lambda + 1e-9 / of
                    || Math.abs(k - exact) < 1 - 1e-9)
        .boxed()
        .toList();
  }

  private static List<Integer> ascending(List<Double> raw) {
    return IntStream.range(0, raw.size())
        .boxed()
        .sorted(Comparator.comparingDouble(raw::get))
        .toList();
  }

  @Property
  void equalsTheBestOfAllAssignments(
      @ForAll("few") List<AllocationUnit> units,
      @ForAll @IntRange(min = 2, max = 8) int of,
      @ForAll @DoubleRange(min = 0, max = 0.87) double s,
      @ForAll @DoubleRange(min = 0, max = 0.4) double lambda) {
    Assume.that(s <= 1 - 1.0 / of);
    Allocated found = allocate(units, of, s, lambda);
    List<Integer> levels = levels(of, s, lambda);
    List<List<Integer>> all = new ArrayList<>();
    everyMonotone(ascending(found.raw()), levels, 0, new Integer[units.size()], all);
    BigDecimal nearest =
        all.stream().map(n -> found.distance(n, of, s)).min(naturalOrder()).orElseThrow();
    assertEquals(0, nearest.compareTo(found.distance(found.kept(), of, s)));
    double least =
        all.stream()
            .filter(n -> found.distance(n, of, s).compareTo(nearest) == 0)
            .mapToDouble(n -> found.cost(n, of))
            .min()
            .orElseThrow();
    assertEquals(least, found.cost(found.kept(), of), 1e-12 * 50 * 6, "six terms of at most 50");
    assertTrue(all.contains(found.kept()), "an allowed assignment");
  }

  @Test
  void theNearerSumWinsAndTheCheaperOneBreaksTies() {
    List<AllocationUnit> units =
        List.of(new AllocationUnit("a", 4, 2, 0.01), new AllocationUnit("b", 6, 2, 0));
    // Keeping 3 and 2 of 5 gives 24 fifths of a weight; 4 and 2 give 28, nearer to the allocation.
    assertEquals(List.of(3, 2), allocate(units, 5, 0.49, 0.29).kept(), "25.5 asked");
    assertEquals(List.of(4, 2), allocate(units, 5, 0.48, 0.29).kept(), "26 asked");
  }

  private static void everyMonotone(
      List<Integer> order, List<Integer> levels, int at, Integer[] n, List<List<Integer>> into) {
    if (at == order.size()) {
      into.add(List.of(n));
      return;
    }
    for (int level : levels) {
      if (at == 0 || level <= n[order.get(at - 1)]) {
        n[order.get(at)] = level;
        everyMonotone(order, levels, at + 1, n, into);
      }
    }
  }

  @Property(tries = 100)
  void unitsOfOneSizeMissTheBudgetByAtMostHalfAStep(
      @ForAll @IntRange(min = 1, max = 100) int blocks,
      @ForAll @IntRange(min = 2, max = 32) int of,
      @ForAll @DoubleRange(min = 0, max = 0.9) double s,
      @ForAll @DoubleRange(min = 0, max = 0.9) double lambda) {
    Assume.that(s <= 1 - 1.0 / of);
    List<AllocationUnit> units = new ArrayList<>();
    for (int b = 0; b < blocks; b++) {
      units.add(new AllocationUnit("block", 202_383_360, 2, b * 7 % 11)); // LLaMA-7B's
    }
    Allocated found = allocate(units, of, s, lambda);
    assertTrue(found.distance(found.kept(), of, s).doubleValue() <= 202_383_360 / 2.0);
  }

  @Property(tries = 30)
  void manyUnitsOfManySizesStayMonotoneInTheBoxAndNearTheBudget(
      @ForAll("many") List<AllocationUnit> units,
      @ForAll @IntRange(min = 2, max = 32) int of,
      @ForAll @DoubleRange(min = 0, max = 0.9) double s,
      @ForAll @DoubleRange(min = 0, max = 0.5) double lambda) {
    Assume.that(s <= 1 - 1.0 / of);
    Allocated found = allocate(units, of, s, lambda);
    List<Integer> levels = levels(of, s, lambda);
    List<Integer> order = ascending(found.raw());
    for (int i = 0; i < order.size(); i++) {
      int kept = found.kept().get(order.get(i));
      assertTrue(levels.contains(kept));
      assertTrue(i == 0 || kept <= found.kept().get(order.get(i - 1)));
    }
    // From all units at the lowest level to all at the highest, a step is one level of one unit.
    long largest = units.stream().mapToLong(AllocationUnit::weights).max().orElseThrow();
    long[] weights = units.stream().mapToLong(AllocationUnit::weights).toArray();
    long width = new MonotoneLevels(weights, new double[weights.length][levels.size()]).width();
    assertTrue(
        found.distance(found.kept(), of, s).doubleValue()
            <= largest / 2.0 + weights.length * (width - 1));
  }

  @Property(tries = 200)
  void sharedStatesAddAtMostTheirWidthForEachUnit(
      @ForAll("few") List<AllocationUnit> units,
      @ForAll @IntRange(min = 2, max = 5) int levels,
      @ForAll @IntRange(min = 1, max = 20_000) int bytes) {
    long[] weights = units.stream().mapToLong(AllocationUnit::weights).toArray();
    double[][] costs = new double[weights.length][levels];
    long target = units.stream().mapToLong(u -> (long) (u.measured() / 21 * u.weights())).sum();
    MonotoneLevels exact = new MonotoneLevels(weights, costs);
    MonotoneLevels shared = new MonotoneLevels(weights, costs, bytes);
    long nearest = distance(weights, exact.nearest((double) target), target);
    int[] found = shared.nearest((double) target);
    assertTrue(distance(weights, found, target) <= nearest + weights.length * shared.width());
    for (int u = 1; u < found.length; u++) {
      assertTrue(found[u] <= found[u - 1]);
    }
  }

  private static long distance(long[] weights, int[] levels, long target) {
    long sum = 0;
    for (int u = 0; u < weights.length; u++) {
      sum += weights[u] * levels[u];
    }
    return Math.abs(sum - target);
  }

  @Test
  void aPlanHoldsThePatternsAndPruningFollowsThem() {
    ToyModel model = new ToyModel(5, 1);
    Allocation stage =
        Owl.allocate(model)
            .withAllocator(Allocator.depth())
            .withSparsity(0.7)
            .withLambda(0.2)
            .withMixedPattern(6);
    Plan plan = stage.plan();
    // 6 · 0.3 = 1.8 on average: 9 for 5 blocks, and 6 · [0.1, 0.5] contains 1 to 3.
    assertEquals(
        List.of(3, 2, 2, 1, 1),
        plan.blocks().stream()
            .map(b -> ((Sparsity.NOfM) b.linears().get(0).sparsity()).kept())
            .toList());
    assertEquals(0.7, plan.sparsity());
    assertEquals(plan, Plan.fromJson(plan.toJson()));
    Report report = stage.prune(magnitude());
    assertEquals(0.7, report.achieved(), 1e-15, "one rounding of the share");
    float[] row = model.blocks.get(0).weights.get("a")[0];
    assertEquals(3, IntStream.range(6, 12).filter(j -> row[j] != 0).count());
  }

  @Test
  void contradictorySettingsAreRefusedAtOnce() {
    Allocation stage = Owl.allocate(new ToyModel(2, 0));
    assertRefused("at least 2", () -> stage.withMixedPattern(1));
    assertRefused("block.0.a: ", () -> stage.withMixedPattern(8));
    assertRefused("at most 0.75", () -> stage.withSparsity(0.8).withMixedPattern(4));
    assertRefused("at most 0.75", () -> stage.withMixedPattern(4).withSparsity(0.8));
    assertRefused("omit one", () -> stage.withPattern(2, 4).withMixedPattern(4));
    assertRefused("omit one", () -> stage.withMixedPattern(4).withPattern(2, 4));
  }

  private static void assertRefused(String part, Runnable setting) {
    String message = assertThrows(IllegalArgumentException.class, setting::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
