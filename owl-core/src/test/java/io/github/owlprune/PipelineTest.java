package io.github.owlprune;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.pipeline.Progress;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(IntStream.range(0, 9).toArray(), IntStream.range(5, 25).toArray()));

  @Test
  void blocksAreOpenOneAtATimeAndPrunedInOrder() {
    ToyModel model = new ToyModel(2, 0);
    ByNorm compressor = new ByNorm();
    Report report = Owl.allocate(model, CALIBRATION).withSparsity(0.5).prune(compressor);
    assertEquals(
        List.of(
            "open block.0",
            "close block.0",
            "open block.1",
            "close block.1",
            "open block.0",
            "save block.0",
            "close block.0",
            "open block.1",
            "save block.1",
            "close block.1",
            "end"),
        model.events);
    assertEquals(2, compressor.seen.size(), "one for each distinct input, not for each linear");
    assertEquals(2, report.blocks().size());
  }

  @Test
  void laterBlocksObserveTheOutputsOfPrunedOnes() {
    ToyModel model = new ToyModel(2, 1);
    ByNorm compressor = new ByNorm();
    Owl.allocate(model, CALIBRATION)
        .withAllocator(Allocator.uniform())
        .withSparsity(0.75)
        .prune(compressor);
    // The first block is pruned now, so a second run gives the second block the same inputs.
    ByNorm again = new ByNorm();
    Owl.allocate(model, CALIBRATION)
        .withAllocator(Allocator.uniform())
        .withSparsity(0.75)
        .prune(again);
    assertArrayEquals(compressor.seen.get(1).squared(), again.seen.get(1).squared());
    ByNorm dense = new ByNorm();
    Owl.allocate(new ToyModel(2, 1), CALIBRATION)
        .withAllocator(Allocator.uniform())
        .withSparsity(0)
        .prune(dense);
    assertFalse(Arrays.equals(dense.seen.get(1).squared(), compressor.seen.get(1).squared()));
  }

  @Property(tries = 20)
  void theReportCountsTheZeros(@ForAll long seed, @ForAll @IntRange(max = 90) int percent) {
    ToyModel model = new ToyModel(3, seed);
    Report report =
        Owl.allocate(model, CALIBRATION).withSparsity(percent / 100.0).prune(new ByNorm());
    for (int b = 0; b < 3; b++) {
      for (Report.PrunedLinear linear : report.blocks().get(b).linears()) {
        float[][] w = model.blocks.get(b).weights.get(linear.name());
        long zeros = 0;
        for (float[] row : Objects.requireNonNull(w)) {
          long inRow = 0;
          for (float x : row) {
            inRow += x == 0 ? 1 : 0;
          }
          assertEquals(
              Sparsity.zerosAmong(ToyModel.WIDTH, linear.asked().zeros()), inRow, "in each row");
          zeros += inRow;
        }
        assertEquals(zeros, linear.zeros());
      }
    }
    assertTrue(report.achieved() <= percent / 100.0 + 1e-9);
  }

  /** Gathered while measuring, in a pass of their own, and while pruning nothing: always dense. */
  @Test
  void denseActivationsAreThoseOfTheDenseModel() {
    ByNorm gathered = new ByNorm();
    ToyModel byOwl = new ToyModel(3, 1);
    Owl.allocate(byOwl, CALIBRATION).withSparsity(0.5).withDenseActivations().prune(gathered);
    ByNorm passed = new ByNorm();
    Allocation uniform =
        Owl.allocate(new ToyModel(3, 1), CALIBRATION)
            .withAllocator(Allocator.uniform())
            .withSparsity(0.5)
            .withDenseActivations();
    Report report = uniform.prune(passed);
    ByNorm dense = new ByNorm();
    Owl.allocate(new ToyModel(3, 1), CALIBRATION)
        .withAllocator(Allocator.uniform())
        .withSparsity(0)
        .prune(dense);
    assertEquals(3, passed.seen.size());
    for (int b = 0; b < 3; b++) {
      assertArrayEquals(dense.seen.get(b).squared(), passed.seen.get(b).squared());
      assertArrayEquals(dense.seen.get(b).squared(), gathered.seen.get(b).squared());
    }
    assertEquals(0.5, report.achieved());
    ByNorm planned = new ByNorm();
    ToyModel byPlan = new ToyModel(3, 1);
    Plan plan = Owl.allocate(byPlan, CALIBRATION).withSparsity(0.5).plan();
    Owl.follow(byPlan, CALIBRATION, plan).withDenseActivations().withThreads(1).prune(planned);
    for (int b = 0; b < 3; b++) {
      assertArrayEquals(dense.seen.get(b).squared(), planned.seen.get(b).squared());
      assertArrayEquals(
          byOwl.blocks.get(b).weights.get("b"), byPlan.blocks.get(b).weights.get("b"));
    }
    assertEquals(6, byOwl.events.stream().filter(e -> e.startsWith("open")).count());
    assertEquals(3, byOwl.events.stream().filter(e -> e.startsWith("save")).count());
    assertEquals("end", byOwl.events.get(byOwl.events.size() - 1));
  }

  @Test
  void neitherHiddenStatesInAFileNorMoreThreadsChangeABit() {
    ToyModel memory = new ToyModel(3, 5);
    ToyModel file = new ToyModel(3, 5);
    Owl.allocate(memory, CALIBRATION).withThreads(1).prune(new ByNorm());
    Owl.allocate(file, CALIBRATION).withThreads(3).withHiddenStateMemory(0).prune(new ByNorm());
    for (int b = 0; b < 3; b++) {
      for (String linear : List.of("a", "b")) {
        assertArrayEquals(
            memory.blocks.get(b).weights.get(linear), file.blocks.get(b).weights.get(linear));
      }
    }
  }

  @Test
  void followingAPlanEqualsPruningAtOnce() {
    ToyModel atOnce = new ToyModel(3, 9);
    Report report = Owl.allocate(atOnce, CALIBRATION).withSparsity(0.6).prune(new ByNorm());
    ToyModel planned = new ToyModel(3, 9);
    Plan plan = Plan.fromJson(Owl.allocate(planned, CALIBRATION).withSparsity(0.6).plan().toJson());
    assertEquals(report.plan(), plan);
    Owl.follow(planned, CALIBRATION, plan).prune(new ByNorm());
    assertArrayEquals(
        atOnce.blocks.get(2).weights.get("b"), planned.blocks.get(2).weights.get("b"));
    assertEquals(report.blocks(), Report.fromJson(report.toJson()).blocks());
    assertTrue(plan.toString().contains("block.2"));
    assertTrue(report.toString().contains("block.2"));
  }

  @Test
  void ratiosOfManyThresholdsComeFromOnePass() {
    ToyModel model = new ToyModel(2, 3);
    OutlierDistribution all = Owl.allocate(model, CALIBRATION).measure(3, 1.5, 2);
    assertEquals(List.of(1.5, 2.0, 3.0), all.thresholds());
    assertEquals(2, model.events.stream().filter(e -> e.startsWith("open")).count());
    for (double m : new double[] {1.5, 2, 3}) {
      OutlierDistribution one = Owl.allocate(model, CALIBRATION).measure(m);
      assertArrayEquals(one.blockRatios(m), all.blockRatios(m));
      assertArrayEquals(one.linearRatios(1, m), all.linearRatios(1, m));
    }
    assertThrows(IllegalArgumentException.class, () -> all.blockRatios(4));
  }

  @Property(tries = 20)
  void scalingABlockByAPowerOfTwoKeepsItsRatio(
      @ForAll long seed, @ForAll @IntRange(min = -10, max = 10) int power) {
    // One block, since later ones would observe other activations.
    ToyModel plain = new ToyModel(1, seed);
    ToyModel scaled = new ToyModel(1, seed);
    for (float[][] w : scaled.blocks.get(0).weights.values()) {
      for (float[] row : w) {
        for (int j = 0; j < row.length; j++) {
          row[j] = Math.scalb(row[j], power);
        }
      }
    }
    assertEquals(
        Owl.allocate(plain, CALIBRATION).measure(2, 3).blocks(),
        Owl.allocate(scaled, CALIBRATION).measure(2, 3).blocks());
  }

  @Test
  void ratiosEqualThoseOfASlowCount() {
    ToyModel model = new ToyModel(1, 4);
    OutlierDistribution measured = Owl.allocate(model, CALIBRATION).measure(2);
    double[] norms = new double[ToyModel.WIDTH];
    for (int[] sequence : CALIBRATION.sequences()) {
      float[] hidden = new float[sequence.length * ToyModel.WIDTH];
      model.embed(sequence, hidden);
      for (int i = 0; i < hidden.length; i++) {
        norms[i % ToyModel.WIDTH] += (double) hidden[i] * hidden[i] / 2;
      }
    }
    List<Double> scores = new ArrayList<>();
    for (float[][] w : model.blocks.get(0).weights.values()) {
      for (float[] row : w) {
        for (int j = 0; j < row.length; j++) {
          scores.add(Math.abs(row[j]) * Math.sqrt(norms[j]));
        }
      }
    }
    double mean = scores.stream().mapToDouble(s -> s).average().orElseThrow();
    long outliers = scores.stream().filter(s -> s > 2 * mean).count();
    assertEquals(100.0 * outliers / scores.size(), measured.blockRatios(2)[0]);
    assertTrue(outliers > 0);
  }

  @Test
  void blocksAfterTheLastSelectedAreNotOpened() {
    ToyModel part = new ToyModel(4, 6);
    ByNorm compressor = new ByNorm();
    Report report =
        Owl.allocate(part, CALIBRATION)
            .withLinears("block.[01].*")
            .withSparsity(0.5)
            .prune(compressor);
    assertEquals(
        List.of("block.0", "block.1"),
        report.blocks().stream().map(Report.PrunedBlock::name).toList());
    assertTrue(part.events.contains("save block.1"));
    assertFalse(part.events.contains("open block.2"));
    assertEquals(0.5, report.achieved());
    ToyModel dense = new ToyModel(4, 6);
    assertArrayEquals(dense.blocks.get(2).weights.get("a"), part.blocks.get(2).weights.get("a"));
  }

  @Test
  void denseActivationsOfTheFirstBlocksTakeNoSecondPass() {
    ToyModel part = new ToyModel(4, 6);
    Owl.allocate(part, CALIBRATION)
        .withLinears("block.[01].*")
        .withSparsity(0.5)
        .withDenseActivations()
        .prune(new ByNorm());
    // Each is opened once to measure and once to prune, and no other block is.
    assertEquals(4, part.events.stream().filter(e -> e.startsWith("open")).count());
    ToyModel planned = new ToyModel(4, 6);
    Plan plan =
        Owl.allocate(planned, CALIBRATION)
            .withLinears("block.[01].*")
            .withAllocator(Allocator.uniform())
            .plan();
    Owl.follow(planned, CALIBRATION, plan).withDenseActivations().prune(new ByNorm());
    assertEquals(2, planned.events.stream().filter(e -> e.startsWith("open")).count());
  }

  @Test
  void linearsCanBeSelectedAndGetTheirOwnSparsities() {
    ToyModel model = new ToyModel(2, 6);
    Plan plan =
        Owl.allocate(model, CALIBRATION)
            .withLinears("*.a")
            .withGranularity(Granularity.LINEAR)
            .withSparsity(0.5)
            .plan();
    assertEquals(
        List.of("a"),
        plan.blocks().get(0).linears().stream().map(Plan.PlannedLinear::name).toList());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Owl.allocate(model, CALIBRATION).withLinears("q_proj"))
            .getMessage();
    assertTrue(message.contains("block.0.a"), message);
  }

  @Test
  void magnitudeAndUniformNeedNoCalibration() {
    ToyModel model = new ToyModel(2, 7);
    Report report =
        Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(0.5).prune(magnitude());
    assertEquals(0.5, report.achieved());
    assertThrows(IllegalStateException.class, () -> Owl.allocate(model).plan());
    assertThrows(
        IllegalStateException.class,
        () -> Owl.allocate(model).withAllocator(Allocator.uniform()).prune(new ByNorm()));
  }

  @Test
  void aNanWeightNamesItsLinear() {
    ToyModel model = new ToyModel(2, 8);
    Objects.requireNonNull(model.blocks.get(1).weights.get("b"))[3][4] = Float.NaN;
    String owl =
        assertThrows(
                ArithmeticException.class,
                () -> Owl.allocate(model, CALIBRATION).prune(new ByNorm()))
            .getMessage();
    assertTrue(owl.contains("block.1.b"), owl);
    String magnitude =
        assertThrows(
                ArithmeticException.class,
                () -> Owl.allocate(model).withAllocator(Allocator.uniform()).prune(magnitude()))
            .getMessage();
    assertTrue(magnitude.contains("block.1.b") && magnitude.contains("row 3"), magnitude);
    assertTrue(model.events.contains("abandon"));
  }

  @Test
  void anInterruptCancelsAndAbandonsTheModel() {
    ToyModel model = new ToyModel(3, 2);
    Progress interrupt =
        (activity, done, total) -> {
          if (activity.contains("block.1")) {
            Thread.currentThread().interrupt();
          }
        };
    assertThrows(
        CancellationException.class,
        () -> Owl.allocate(model, CALIBRATION).withProgress(interrupt).prune(new ByNorm()));
    assertTrue(Thread.interrupted());
    assertTrue(model.events.contains("abandon"));
    assertEquals(
        Collections.frequency(model.events, "open block.1"),
        Collections.frequency(model.events, "close block.1"));
  }

  @Test
  void anInterruptDuringAFileOperationIsACancellationToo() {
    ToyModel model = new ToyModel(3, 2);
    Progress interrupt = (activity, done, total) -> Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class,
        () ->
            Owl.allocate(model, CALIBRATION)
                .withHiddenStateMemory(0)
                .withProgress(interrupt)
                .prune(new ByNorm()));
    assertTrue(Thread.interrupted());
    assertTrue(model.events.contains("abandon"));
  }

  @Test
  void progressRisesToTheTotal() {
    List<Long> seen = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    Owl.allocate(new ToyModel(3, 2), CALIBRATION)
        .withProgress(
            (activity, done, total) -> {
              seen.add(done);
              totals.add(total);
            })
        .prune(new ByNorm());
    assertEquals(1, totals.stream().distinct().count());
    assertEquals(totals.get(0), seen.get(seen.size() - 1));
    assertEquals(seen.stream().sorted().toList(), seen);
  }

  @Test
  void contradictorySettingsAreRefusedAtOnce() {
    Allocation stage = Owl.allocate(new ToyModel(1, 0), CALIBRATION);
    assertThrows(IllegalArgumentException.class, () -> stage.withSparsity(1));
    assertThrows(IllegalArgumentException.class, () -> stage.withSparsity(-0.1));
    assertThrows(IllegalArgumentException.class, () -> stage.withLambda(-0.1));
    assertThrows(IllegalArgumentException.class, () -> stage.withOutlierThreshold(0));
    assertThrows(IllegalArgumentException.class, () -> stage.withThreads(0));
    assertThrows(IllegalArgumentException.class, () -> stage.withHiddenStateMemory(-1));
    assertThrows(IllegalArgumentException.class, () -> stage.withPattern(2, 5));
    assertThrows(IllegalArgumentException.class, () -> stage.withSparsity(0.7).withPattern(2, 4));
    assertThrows(IllegalArgumentException.class, () -> stage.withPattern(2, 4).withSparsity(0.7));
    assertThrows(
        IllegalArgumentException.class,
        () -> stage.withPattern(2, 4).withAllocator(Allocator.owl()));
    assertEquals(0.5, stage.withPattern(2, 4).withSparsity(0.5).plan().sparsity());
  }

  @Test
  void plansOfOtherModelsAndVersionsAreRefused() {
    Plan plan = Owl.allocate(new ToyModel(3, 0), CALIBRATION).plan();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Owl.follow(new ToyModel(2, 0), CALIBRATION, plan))
            .getMessage();
    assertTrue(message.contains("block.2"), message);
    String json = plan.toJson();
    assertThrows(
        IllegalArgumentException.class,
        () -> Plan.fromJson(json.replaceFirst("\"version\" : 1", "\"version\" : 2")));
    assertThrows(IllegalArgumentException.class, () -> Plan.fromJson("{}"));
    assertThrows(IllegalArgumentException.class, () -> Plan.fromJson("nonsense"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Plan.fromJson(json.replaceFirst("\"lambda\"", "\"lamda\"")));
  }
}
