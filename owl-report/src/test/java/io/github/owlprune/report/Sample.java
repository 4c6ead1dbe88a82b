package io.github.owlprune.report;

import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measurement;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import io.github.owlprune.measure.OutlierDistribution.LinearOutliers;
import io.github.owlprune.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** A sample analysis of a model with hostile names. */
final class Sample {
  static final String HOSTILE = "<script>alert('x')</script>&\"]]>";
  static final int BLOCKS = 6;

  private Sample() {}

  static OutlierDistribution outliers(int less) {
    List<BlockOutliers> blocks = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      List<Long> counts = List.of(500L - 40 * b - less, 100L - 10 * b - less);
      blocks.add(
          new BlockOutliers(
              "layers." + b + HOSTILE,
              10_000,
              counts,
              List.of(new LinearOutliers("q" + HOSTILE, 10_000, counts))));
    }
    return new OutlierDistribution(List.of(3.0, 5.0), blocks);
  }

  static Plan plan(boolean measured, double slope) {
    List<Plan.PlannedBlock> blocks = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      Sparsity sparsity = new Sparsity.Unstructured(0.7 + slope * (b - 2.5));
      blocks.add(
          new Plan.PlannedBlock(
              "layers." + b + HOSTILE,
              measured ? 1.0 - 0.1 * b : null,
              List.of(new Plan.PlannedLinear("q" + HOSTILE, 100, 100, null, sparsity))));
    }
    return new Plan(
        Plan.VERSION,
        measured ? "owl" : "uniform",
        Mapping.BOUNDED,
        Granularity.BLOCK,
        0.7,
        0.08,
        (measured ? Measurement.outlierRatios() : Measurement.none()).name(),
        5,
        "*",
        blocks);
  }

  static AnalysisResult analysis() {
    Plan uniform = plan(false, 0);
    return new AnalysisResult(
        AnalysisResult.VERSION,
        HOSTILE,
        "*",
        List.of("a setting was ignored: " + HOSTILE),
        outliers(0),
        List.of(
            new AnalysisResult.AfterPruning("magnitude", uniform, "magnitude", 0.7, outliers(20)),
            new AnalysisResult.AfterPruning(HOSTILE, uniform, "wanda", 0.7, outliers(-3)),
            new AnalysisResult.AfterPruning("owl", plan(true, 0.02), "wanda", 0.7, outliers(0))));
  }
}
