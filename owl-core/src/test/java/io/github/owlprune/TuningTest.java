package io.github.owlprune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.DenseSweep;
import io.github.owlprune.measure.JudgedLoss;
import io.github.owlprune.measure.JudgingCost;
import io.github.owlprune.measure.JudgingSplit;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.pipeline.Execution;
import io.github.owlprune.pipeline.Run;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.tuning.TuningResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TuningTest {
  private static TokenIds calibration() {
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < 8; s++) {
      sequences.add(IntStream.range(3 * s, 3 * s + 9).toArray());
    }
    return Calibration.ids(sequences);
  }

  /** Has six shapes, none of which is flat for a model of several blocks. */
  private static Tuning searchOfSix() {
    return Owl.tune(new ToyModel(4, 7), calibration())
        .withAllocators(Allocator.owl(), Allocator.dlp(), Allocator.depth());
  }

  private static double[] zeros(Plan plan) {
    return plan.sparsities().values().stream().mapToDouble(Sparsity::zeros).toArray();
  }

  private static double judged(ToyModel model, Plan plan) {
    try (Run run = Run.open(model, calibration(), Execution.DEFAULT)) {
      JudgingSplit split = JudgingSplit.of(run.sequences());
      LinearSelection all = new LinearSelection(LinearSelection.ALL);
      Map<LinearRef, Double> variant = new HashMap<>();
      plan.sparsities().forEach((linear, sparsity) -> variant.put(linear, sparsity.zeros()));
      try (DenseSweep dense = new DenseSweep(run, all, split.scoring(), Set.of())) {
        return new JudgedLoss(dense, split.judging()).of(List.of(variant))[0];
      }
    }
  }

  @Property(tries = 15)
  void theBestCandidateHasTheLowestLossAndItIsReproducible(
      @ForAll @IntRange(max = 1000) int seed,
      @ForAll @IntRange(min = 1, max = 30) int candidates,
      @ForAll @DoubleRange(min = 0.2, max = 0.8) double s) {
    ToyModel model = new ToyModel(5, seed);
    TuningResult tuned =
        Owl.tune(model, calibration())
            .withSparsity(s)
            .withLambda(0.05, 0.2)
            .withCandidates(candidates)
            .search();
    assertEquals(candidates, tuned.candidates().size());
    double best = tuned.candidates().get(0).loss();
    assertTrue(tuned.candidates().stream().allMatch(c -> best <= c.loss()));
    assertEquals(best, judged(model, tuned.plan()), "to the bit");
    for (TuningResult.Candidate c : tuned.candidates()) {
      double lambda = c.plan().lambda();
      assertTrue(lambda >= 0.05 && lambda <= 0.2);
      for (double zeros : zeros(c.plan())) {
        // One rounding of S − λ here and one in the box.
        assertTrue(Math.abs(zeros - s) <= lambda + 1e-15);
      }
    }
  }

  @Test
  void uniformAndEveryAllocatorAloneAreAmongTheCandidates() {
    ToyModel model = new ToyModel(5, 2);
    TuningResult tuned = Owl.tune(model, calibration()).withOutlierThresholds(1, 2).search();
    Set<String> tried = new HashSet<>();
    tuned.candidates().forEach(c -> tried.add(c.plan().allocator()));
    assertTrue(
        tried.containsAll(
            Set.of("uniform", "sensitivity", "owl M=1.0", "owl M=2.0", "dlp", "depth")),
        tried.toString());
    assertTrue(tried.size() > 30, "and mixtures");
    Plan owl =
        Owl.allocate(model, Calibration.ids(calibration().sequences().subList(0, 6)))
            .withOutlierThreshold(2)
            .plan();
    Plan alone =
        tuned.candidates().stream()
            .map(TuningResult.Candidate::plan)
            .filter(p -> p.allocator().equals("owl M=2.0"))
            .findFirst()
            .orElseThrow();
    // The profile is centred, and the budget's shift undoes that: a few roundings.
    assertArrayEquals(zeros(owl), zeros(alone), 1e-12);
    double dense =
        judged(
            model, Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(0).plan());
    assertEquals(dense, tuned.denseLoss());
  }

  @Test
  void theSearchIsDeterministic() {
    List<TuningResult> found = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      found.add(
          Owl.tune(new ToyModel(4, 7), calibration())
              .withThreads(threads)
              .withHiddenStateMemory(threads == 1 ? 0 : 1 << 20)
              .withCandidates(20)
              .search());
    }
    assertEquals(found.get(0), found.get(1));
  }

  @Test
  void theTimeLimitEndsTheMixing() {
    TuningResult tuned = searchOfSix().withTimeLimit(Duration.ofNanos(1)).search();
    assertEquals(7, tuned.candidates().size(), "uniform and six alone, but no mixture");
  }

  @Test
  void nothingIsTriedTwice() {
    TuningResult tuned = Owl.tune(new ToyModel(4, 7), calibration()).withCandidates(25).search();
    assertEquals(
        25,
        tuned.candidates().stream().map(c -> Arrays.toString(zeros(c.plan()))).distinct().count());
    // With λ = 0 all candidates are the same allocation.
    TuningResult even = searchOfSix().withLambda(0).search();
    assertEquals(7, even.candidates().size(), "uniform and six alone, which are the same");
  }

  @Test
  void onlyUniformIsLeftIfAllShapesAreFlat() {
    TuningResult tuned =
        Owl.tune(new ToyModel(1, 7), calibration()).withAllocators(Allocator.depth()).search();
    assertEquals(1, tuned.candidates().size());
    assertEquals("uniform", tuned.plan().allocator());
    assertTrue(tuned.toString().contains("uniform"), tuned.toString());
  }

  @Test
  void progressDoesNotExceedItsTotal() {
    long[] seen = new long[2];
    Owl.tune(new ToyModel(4, 7), calibration())
        .withProgress(
            (activity, done, total) -> {
              seen[0] = done;
              seen[1] = total;
            })
        .search();
    assertTrue(seen[0] <= seen[1], seen[0] + " of " + seen[1]);
    // Candidates that are judged together share passes; nothing else is saved.
    assertTrue(seen[0] > 0.8 * seen[1], seen[0] + " of " + seen[1]);
  }

  @Test
  void theCostIsComputedFromShapesAlone() {
    ToyModel model = new ToyModel(4, 7);
    JudgingCost cost =
        Owl.tune(model, calibration())
            .withAllocators(Allocator.depth(), Allocator.sensitivity())
            .withCandidates(10)
            .cost();
    assertTrue(model.events.isEmpty(), "nothing was opened");
    assertEquals(6, cost.scoringSequences());
    assertEquals(2, cost.judgingSequences());
    // 10 candidates and the dense model; for the rises the dense model again, and four variants
    // that differ from it from block 0, 1, 2 and 3 on.
    assertEquals(11 + (4 + 4 + 3 + 2 + 1) / 4.0, cost.passes());
    assertEquals(11 + 5, cost.losses());
    assertEquals(11, cost.variants());
    // For the rises each block is read once: dense first, then pruned.
    assertEquals(11 + 1, cost.reads());
  }

  @Test
  void invalidSettingsAreRefusedAtOnce() {
    Tuning stage = Owl.tune(new ToyModel(2, 0), calibration());
    assertThrows(IllegalArgumentException.class, () -> stage.withSparsity(1));
    assertThrows(IllegalArgumentException.class, () -> stage.withLambda(-0.1));
    assertThrows(IllegalArgumentException.class, () -> stage.withLambda(0.2, 0.1));
    assertThrows(IllegalArgumentException.class, () -> stage.withOutlierThresholds());
    assertThrows(IllegalArgumentException.class, () -> stage.withOutlierThresholds(0));
    assertThrows(IllegalArgumentException.class, () -> stage.withAllocators());
    assertThrows(IllegalArgumentException.class, () -> stage.withCandidates(0));
    assertThrows(IllegalArgumentException.class, () -> stage.withTimeLimit(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> stage.withLinears("nothing"));
    assertThrows(IllegalArgumentException.class, () -> stage.withThreads(0));
    Tuning alone = Owl.tune(new ToyModel(2, 0), Calibration.ids(List.of(new int[] {1, 2})));
    String message = assertThrows(IllegalArgumentException.class, alone::search).getMessage();
    assertTrue(message.contains("at least 2"), message);
  }
}
