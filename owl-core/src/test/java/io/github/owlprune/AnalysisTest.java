package io.github.owlprune;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Tap;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AnalysisTest {
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(IntStream.range(0, 9).toArray(), IntStream.range(5, 25).toArray()));

  private static Plan uniform(ToyModel model, double sparsity) {
    return Owl.allocate(model).withAllocator(Allocator.uniform()).withSparsity(sparsity).plan();
  }

  @Test
  void denseRatiosEqualThoseOfAnAllocation() {
    ToyModel model = new ToyModel(3, 1);
    OutlierDistribution measured = Owl.allocate(model, CALIBRATION).measure(1.5, 2, 3);
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION).withOutlierThresholds(3, 2, 1.5, 2).measure();
    assertEquals(measured, analysis.dense());
    assertEquals(List.of(), analysis.pruned());
  }

  @Property(tries = 20)
  void pruningNothingChangesNothing(@ForAll long seed) {
    ToyModel model = new ToyModel(3, seed);
    Plan nothing = uniform(model, 0);
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION)
            .withOutlierThresholds(1.5, 3)
            .withTrial("norm", nothing, new ByNorm())
            .withTrial("magnitude", nothing, magnitude())
            .measure();
    for (AnalysisResult.AfterPruning after : analysis.pruned()) {
      assertEquals(analysis.dense(), after.outliers());
      assertEquals(0.0, analysis.meanChange(after, 1.5));
      assertArrayEquals(new double[2], analysis.linearChanges(after, 1, 3));
    }
  }

  @Property(tries = 20)
  void changesByMagnitudeEqualThoseOfASlowCount(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int tenths) {
    double sparsity = tenths / 10.0;
    ToyModel model = new ToyModel(3, seed);
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION)
            .withOutlierThresholds(1.5)
            .withTrial("magnitude", uniform(model, sparsity), magnitude())
            .measure();
    double[] dense = slowMeans(model);
    ToyModel pruned = new ToyModel(3, seed);
    pruned.blocks.forEach(b -> b.weights.values().forEach(w -> zeroLowest(w, sparsity)));
    double[] changes = analysis.blockChanges(analysis.pruned().get(0), 1.5);
    List<List<Double>> before = slowScores(model);
    List<List<Double>> after = slowScores(pruned);
    for (int b = 0; b < 3; b++) {
      assertEquals(
          share(after.get(b), 1.5 * dense[b]) - share(before.get(b), 1.5 * dense[b]), changes[b]);
    }
    assertEquals(
        Arrays.stream(changes).sum() / 3, analysis.meanChange(analysis.pruned().get(0), 1.5));
  }

  private static double[] slowMeans(ToyModel model) {
    return slowScores(model).stream()
        .mapToDouble(scores -> scores.stream().mapToDouble(s -> s).average().orElseThrow())
        .toArray();
  }

  private static double share(List<Double> scores, double bar) {
    return 100.0 * scores.stream().filter(s -> s > bar).count() / scores.size();
  }

  /** Returns the scores of every block, on inputs that passed through the blocks before it. */
  private static List<List<Double>> slowScores(ToyModel model) {
    List<float[]> hidden = new ArrayList<>();
    for (int[] sequence : CALIBRATION.sequences()) {
      float[] states = new float[sequence.length * ToyModel.WIDTH];
      model.embed(sequence, states);
      hidden.add(states);
    }
    List<List<Double>> all = new ArrayList<>();
    for (ToyModel.ToyBlock block : model.blocks) {
      double[] squares = new double[ToyModel.WIDTH];
      for (float[] states : hidden) {
        for (int i = 0; i < states.length; i++) {
          squares[i % ToyModel.WIDTH] += (double) states[i] * states[i] / hidden.size();
        }
      }
      List<Double> scores = new ArrayList<>();
      for (Map.Entry<String, float[][]> weight : block.weights.entrySet()) {
        for (float[] row : weight.getValue()) {
          for (int j = 0; j < row.length; j++) {
            scores.add(Math.abs(row[j]) * Math.sqrt(squares[j]));
          }
        }
      }
      all.add(scores);
      try (Workers workers = Workers.open(1);
          OpenBlock open = block.open(workers)) {
        hidden.forEach(states -> open.forward(states, Tap.NONE));
      }
    }
    return all;
  }

  private static void zeroLowest(float[][] weight, double sparsity) {
    int goes = (int) (ToyModel.WIDTH * ToyModel.WIDTH * sparsity + 1e-6);
    for (int n = 0; n < goes; n++) {
      int row = 0;
      int column = 0;
      float lowest = Float.POSITIVE_INFINITY;
      for (int i = 0; i < ToyModel.WIDTH; i++) {
        for (int j = 0; j < ToyModel.WIDTH; j++) {
          if (weight[i][j] != 0 && Math.abs(weight[i][j]) < lowest) {
            lowest = Math.abs(weight[i][j]);
            row = i;
            column = j;
          }
        }
      }
      weight[row][column] = 0;
    }
  }

  @Test
  void theModelStaysDense() {
    ToyModel model = new ToyModel(3, 4);
    ToyModel untouched = new ToyModel(3, 4);
    Plan plan = Owl.allocate(model, CALIBRATION).withSparsity(0.6).plan();
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION).withTrial("norm", plan, new ByNorm()).measure();
    assertTrue(
        model.events.stream().allMatch(e -> e.startsWith("open ") || e.startsWith("close ")),
        model.events::toString);
    Report after = Owl.follow(model, CALIBRATION, plan).prune(new ByNorm());
    Owl.follow(untouched, CALIBRATION, plan).prune(new ByNorm());
    for (int b = 0; b < 3; b++) {
      for (String linear : List.of("a", "b")) {
        assertArrayEquals(
            untouched.blocks.get(b).weights.get(linear), model.blocks.get(b).weights.get(linear));
      }
    }
    assertEquals(after.achieved(), analysis.pruned().get(0).achieved());
  }

  @Test
  void neitherHiddenStatesInAFileNorMoreThreadsChangeABit() {
    ToyModel model = new ToyModel(3, 5);
    Analysis stage =
        Owl.analyze(model, CALIBRATION).withTrial("norm", uniform(model, 0.7), new ByNorm());
    assertEquals(
        stage.withThreads(1).measure(), stage.withThreads(3).withHiddenStateMemory(0).measure());
  }

  @Test
  void linearsThatWereNotPrunedAreMeasuredToo() {
    ToyModel model = new ToyModel(2, 6);
    Plan plan =
        Owl.allocate(model)
            .withAllocator(Allocator.uniform())
            .withLinears("block.0.a")
            .withSparsity(0.75)
            .plan();
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION)
            .withOutlierThresholds(1.5)
            .withLinears("*.b")
            .withTrial("a", plan, magnitude())
            .measure();
    assertEquals("*.b", analysis.linears());
    assertEquals(1, analysis.dense().blocks().get(0).linears().size());
    double[] changes = analysis.blockChanges(analysis.pruned().get(0), 1.5);
    assertEquals(0.0, changes[0], "b of the first block sees what it saw, and keeps its weights");
    assertEquals(0.75, analysis.pruned().get(0).achieved());
  }

  @Test
  void progressRisesToTheTotal() {
    ToyModel model = new ToyModel(3, 2);
    List<Long> seen = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    Owl.analyze(model, CALIBRATION)
        .withTrial("one", uniform(model, 0.5), magnitude())
        .withTrial("two", uniform(model, 0.5), new ByNorm())
        .withProgress(
            (activity, done, total) -> {
              seen.add(done);
              totals.add(total);
            })
        .measure();
    assertEquals(1, totals.stream().distinct().count());
    assertEquals(totals.get(0), seen.get(seen.size() - 1));
    assertEquals(seen.stream().sorted().toList(), seen);
  }

  @Test
  void invalidSettingsAreRefusedAtOnce() {
    ToyModel model = new ToyModel(2, 0);
    Analysis stage = Owl.analyze(model, CALIBRATION);
    Plan plan = uniform(model, 0.5);
    assertThrows(IllegalArgumentException.class, stage::withOutlierThresholds);
    assertThrows(IllegalArgumentException.class, () -> stage.withOutlierThresholds(5, 0));
    assertThrows(IllegalArgumentException.class, () -> stage.withLinears("q_proj"));
    assertThrows(IllegalArgumentException.class, () -> stage.withThreads(0));
    assertThrows(IllegalArgumentException.class, () -> stage.withHiddenStateMemory(-1));
    assertThrows(IllegalArgumentException.class, () -> stage.withTrial(" ", plan, magnitude()));
    Analysis one = stage.withTrial("one", plan, magnitude());
    String taken =
        assertThrows(IllegalArgumentException.class, () -> one.withTrial("one", plan, magnitude()))
            .getMessage();
    assertTrue(taken.contains("\"one\"") && taken.contains("\"magnitude, uniform\""), taken);
    Plan other = uniform(new ToyModel(3, 0), 0.5);
    String misfit =
        assertThrows(IllegalArgumentException.class, () -> stage.withTrial("a", other, magnitude()))
            .getMessage();
    assertTrue(misfit.contains("block.2"), misfit);
  }

  @Test
  void jsonKeepsEverything() {
    ToyModel model = new ToyModel(3, 8);
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION)
            .withTrial("magnitude", uniform(model, 0.5), magnitude())
            .measure();
    String json = analysis.toJson();
    assertEquals(analysis, AnalysisResult.fromJson(json));
    assertThrows(
        IllegalArgumentException.class,
        () -> AnalysisResult.fromJson(json.replaceFirst("\"version\" : 1", "\"version\" : 2")));
    String text = analysis.toString();
    assertTrue(text.contains("block.2") && text.contains("M = 10"), text);
    assertTrue(text.contains("change by magnitude"), text);
  }

  private static AnalysisResult withRatios(double... perCent) {
    List<BlockOutliers> blocks = new ArrayList<>();
    for (int b = 0; b < perCent.length; b++) {
      long count = Math.round(100 * perCent[b]);
      blocks.add(new BlockOutliers("block." + b, 10_000, List.of(count), List.of()));
    }
    return new AnalysisResult(
        AnalysisResult.VERSION,
        "nothing",
        "*",
        List.of(),
        new OutlierDistribution(List.of(5.0), blocks),
        List.of());
  }

  @Test
  void flatRatiosCauseAWarning() {
    assertTrue(withRatios(1, 1.2, 0.9, 1.1).warnings().get(0).contains("flat"));
    assertTrue(withRatios(0, 0, 0).warnings().get(0).contains("flat"));
    assertTrue(withRatios(1).warnings().get(0).contains("flat"));
    assertEquals(List.of(), withRatios(1, 1.6, 0.9, 1.1).warnings());
  }

  @Test
  void ratiosThatRiseWithDepthCauseAWarning() {
    assertTrue(withRatios(0.5, 0.6, 1.1, 2).warnings().get(0).contains("rise with depth"));
    assertEquals(List.of(), withRatios(2, 1.1, 0.6, 0.5).warnings());
    assertTrue(withRatios(2, 1.1, 0.6, 0.5).summary().get(1).contains("fall with depth"));
    String summary = withRatios(2, 1.1, 0.6, 0.5).summary().get(0);
    assertTrue(summary.contains("from 0.50 % in block.3 to 2.00 % in block.0"), summary);
  }
}
