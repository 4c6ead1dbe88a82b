package io.github.owlprune;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Refit;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.BlockStatistics;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.StatisticsRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Linears that only some of the tokens reach, or none. */
class RoutedTokensTest {
  private static TokenIds calibration(int... toTheSecond) {
    return Calibration.ids(List.of(IntStream.range(0, 10).toArray(), toTheSecond));
  }

  private static List<List<String>> remarks(TokenIds calibration, Compressor compressor) {
    Report report =
        Owl.allocate(new RoutedModel(2), calibration)
            .withAllocator(Allocator.uniform())
            .withSparsity(0.5)
            .prune(compressor);
    assertEquals(0.5, report.achieved());
    return report.blocks().get(1).linears().stream().map(Report.PrunedLinear::remarks).toList();
  }

  @Test
  void anExpertThatSawFewTokensIsNamed() {
    List<List<String>> remarks = remarks(calibration(20, 21, 22), new ByNorm());
    String expected =
        "saw 3 of 13 tokens, fewer than its 8 inputs; more calibration tokens would make its"
            + " pruning more reliable";
    assertEquals(List.of(List.of(), List.of(), List.of(), List.of(expected)), remarks);
  }

  @Test
  void aSmallCalibrationAloneCausesNoRemark() {
    TokenIds few = Calibration.ids(List.of(new int[] {20, 21, 22}));
    List<List<String>> remarks = remarks(few, new ByNorm());
    assertEquals(List.of(List.of(), List.of(), List.of(), List.of()), remarks);
  }

  @Test
  void anExpertThatSawNothingIsPrunedAllTheSame() {
    List<List<String>> remarks = remarks(calibration(1, 2, 3), Refit.refit(magnitude()));
    assertEquals(
        List.of("no calibration token reached it; its weights were not re-fitted"), remarks.get(3));
    assertEquals(List.of(), remarks.get(2));
  }

  @Test
  void everyMeasurementGoesOnWithoutTokens() {
    for (Allocator allocator : Allocator.all()) {
      if (!allocator.measurement().judgesLoss()) {
        RoutedModel model = new RoutedModel(2);
        Plan plan =
            Owl.allocate(model, calibration(1, 2, 3))
                .withAllocator(allocator)
                .withSparsity(0.5)
                .plan();
        double zeros = plan.blocks().stream().mapToDouble(Plan.PlannedBlock::zeros).sum() / 2;
        assertEquals(0.5, zeros, 1e-9, allocator.name());
      }
    }
  }

  @Test
  void anAnalysisCountsNoOutlierWithoutTokens() {
    RoutedModel model = new RoutedModel(1);
    Plan plan = Owl.allocate(model).withAllocator(Allocator.uniform()).plan();
    AnalysisResult analysis =
        Owl.analyze(model, calibration(1, 2, 3))
            .withOutlierThresholds(1)
            .withTrial("norm", plan, new ByNorm())
            .measure();
    assertEquals(0.0, analysis.dense().linearRatios(0, 1)[3]);
    assertTrue(analysis.dense().linearRatios(0, 1)[2] > 0);
  }

  @Test
  void aSequenceThatDoesNotReachAnInputCountsInItsNorms() {
    Linear linear = new RoutedModel(1).blocks().get(0).linears().get(3);
    StatisticsRequest request = StatisticsRequest.of(List.of(linear), Set.of(ColumnNorms.KIND));
    try (Workers workers = Workers.open(1);
        BlockStatistics once = new BlockStatistics(request);
        BlockStatistics twice = new BlockStatistics(request)) {
      for (BlockStatistics statistics : List.of(once, twice)) {
        float[] hidden = new float[RoutedModel.WIDTH];
        new RoutedModel(1).embed(new int[] {20}, hidden);
        new RoutedModel(1).blocks().get(0).forward(hidden, statistics.tap(workers));
        statistics.endSequence();
      }
      twice.endSequence();
      assertEquals(1, once.of(linear).rows());
      assertEquals(1, twice.of(linear).rows());
      for (int j = 0; j < RoutedModel.WIDTH; j++) {
        assertEquals(
            once.of(linear).get(ColumnNorms.KIND).squared()[j] / 2,
            twice.of(linear).get(ColumnNorms.KIND).squared()[j]);
      }
    }
  }

  @Test
  void aBlockThatPassesNothingIsRefused() {
    String message =
        assertThrows(
                IllegalStateException.class,
                () ->
                    Owl.allocate(new RoutedModel(1), Calibration.ids(List.of(new int[] {1, 2})))
                        .withLinears("*expert.1")
                        .prune(new ByNorm()))
            .getMessage();
    assertTrue(message.contains("none of the inputs x.1"), message);
  }

  @Test
  void aNanWeightIsNotBlamedOnTheLinearBehindIt() {
    RoutedModel model = new RoutedModel(2);
    model.blocks().get(0).weights.get("first").write(3, 5, new float[] {Float.NaN}, 1);
    Plan plan = Owl.allocate(model).withAllocator(Allocator.uniform()).plan();
    TokenIds calibration = calibration(20, 21);
    List<Runnable> ways =
        List.of(
            () -> Owl.allocate(model, calibration).plan(),
            () -> Owl.allocate(model, calibration).measure(2),
            () -> Owl.allocate(model, calibration).withLinears("*second").plan(),
            () -> Owl.allocate(model, calibration).withLinears("block.1.*").plan(),
            () -> Owl.analyze(model, calibration).withTrial("t", plan, new ByNorm()).measure(),
            () -> Owl.follow(model, calibration, plan).prune(new ByNorm()));
    for (Runnable way : ways) {
      String message = assertThrows(ArithmeticException.class, way::run).getMessage();
      assertTrue(message.startsWith("block.0.first: "), message);
      assertTrue(message.contains("NaN"), message);
    }
  }
}
