package io.github.owlprune;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import io.github.owlprune.statistics.InputStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class RemarksTest {
  private static final TokenIds CALIBRATION =
      Calibration.ids(List.of(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, new int[] {9, 8, 7, 6, 5, 4}));

  private record Talkative() implements Compressor {
    @Override
    public String name() {
      return "talkative";
    }

    @Override
    public Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers) {
      return Outcome.inPlace(List.of(), List.of("was left as it is"));
    }
  }

  private static Report pruned(ToyModel model) {
    return Owl.allocate(model).withAllocator(Allocator.uniform()).prune(magnitude());
  }

  @Test
  void aReportBeginsWithTheRemarksOfTheModel() {
    ToyModel model = new ToyModel(2, 1);
    model.remarks.addAll(List.of("the head differs", "a setting\033[2J was ignored"));
    Report report = pruned(model);
    assertEquals(model.remarks, report.remarks());
    assertEquals(report, Report.fromJson(report.toJson()));
    String text = report.toString();
    assertTrue(text.contains("the head differs"), text);
    assertTrue(text.contains("a setting?[2J was ignored"), text);
  }

  @Test
  void withoutRemarksTheJsonHasNone() {
    Report report = pruned(new ToyModel(1, 1));
    assertEquals(List.of(), report.remarks());
    assertEquals(report, Report.fromJson(report.toJson()));
    assertFalse(report.toJson().replace("\"remarks\" : [ ]", "").contains("remarks"));
  }

  @Test
  void anAnalysisHasThoseOfTheModelAndOfTheTrials() {
    ToyModel model = new ToyModel(1, 1);
    model.remarks.add("the head differs");
    Plan plan = Owl.allocate(model).withAllocator(Allocator.uniform()).plan();
    AnalysisResult analysis =
        Owl.analyze(model, CALIBRATION).withTrial("trial", plan, new Talkative()).measure();
    List<String> expected =
        List.of(
            "the head differs",
            "trial: block.0.a: was left as it is",
            "trial: block.0.b: was left as it is");
    assertEquals(expected, analysis.remarks());
    assertEquals(analysis, AnalysisResult.fromJson(analysis.toJson()));
    assertTrue(analysis.toString().contains("trial: block.0.b: was left as it is"));
  }

  @Test
  void anAnalysisWithoutRemarksHasNoneInItsJson() {
    AnalysisResult analysis = Owl.analyze(new ToyModel(1, 1), CALIBRATION).measure();
    assertFalse(analysis.toJson().contains("remarks"));
    assertEquals(analysis, AnalysisResult.fromJson(analysis.toJson()));
  }
}
