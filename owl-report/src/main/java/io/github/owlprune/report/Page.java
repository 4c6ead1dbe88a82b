package io.github.owlprune.report;

import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.analysis.AnalysisResult.AfterPruning;
import io.github.owlprune.measure.OutlierDistribution.BlockOutliers;
import io.github.owlprune.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The data shown by the template. */
record Page(
    String title,
    List<String> summary,
    List<String> warnings,
    List<String> remarks,
    List<Setting> settings,
    List<Figure> figures,
    List<Grid> grids) {
  record Setting(String name, String value) {}

  static Page of(String title, AnalysisResult analysis) {
    return new Page(
        title,
        analysis.summary(),
        analysis.warnings(),
        analysis.remarks(),
        settings(analysis),
        figures(analysis),
        grids(analysis));
  }

  private static List<Setting> settings(AnalysisResult analysis) {
    List<Setting> settings = new ArrayList<>();
    settings.add(new Setting("Calibration", analysis.calibration()));
    settings.add(
        new Setting("Linears", analysis.linears().equals("*") ? "all" : analysis.linears()));
    settings.add(
        new Setting(
            "Thresholds M",
            analysis.dense().thresholds().stream()
                .map(Numbers::threshold)
                .collect(Collectors.joining(", "))));
    for (AfterPruning after : analysis.pruned()) {
      settings.add(new Setting("Pruning “" + after.name() + "”", describe(after)));
    }
    return settings;
  }

  private static String describe(AfterPruning after) {
    Plan plan = after.plan();
    return String.format(
        Locale.ROOT,
        "%s, allocation %s, S = %s, λ = %s, M = %s, %s mapping; %s zeros achieved",
        after.pruner(),
        plan.allocator(),
        plan.sparsity(),
        plan.lambda(),
        Numbers.threshold(plan.outlierThreshold()),
        plan.mapping().name().toLowerCase(Locale.ROOT),
        Numbers.perCent(after.achieved()));
  }

  private static List<Figure> figures(AnalysisResult analysis) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.of(
            Chart.outlierRatios(analysis.dense()),
            "A weight is an outlier if its score, |weight| times the norm of its input, exceeds"
                + " M times the mean of its block. OWL prunes blocks with more outliers less."));
    if (!analysis.pruned().isEmpty()) {
      figures.add(
          Figure.of(
              Chart.sparsities(analysis),
              "The percentage of weights pruned from each block. Prunings that use the same plan"
                  + " share a line."));
      figures.add(
          Figure.of(
              Chart.changes(analysis, analysis.mainThreshold()),
              "Outlier ratio after pruning minus that of the dense model, both relative to the"
                  + " dense model's mean score. A negative value means that outliers were lost."));
    }
    return figures;
  }

  private static List<Grid> grids(AnalysisResult analysis) {
    List<Grid> grids = new ArrayList<>();
    if (!analysis.pruned().isEmpty()) {
      grids.add(changes(analysis));
    }
    grids.add(byBlock(analysis));
    grids.add(byLinear(analysis));
    return grids;
  }

  private static Grid changes(AnalysisResult analysis) {
    List<String> head = new ArrayList<>(List.of("pruning", "zeros"));
    List<Double> thresholds = analysis.dense().thresholds();
    thresholds.forEach(m -> head.add("ΔLOD, " + bar(m)));
    Grid grid = new Grid("Mean change by pruning, percentage points", false, head);
    for (AfterPruning after : analysis.pruned()) {
      List<String> cells = new ArrayList<>(List.of(Numbers.perCent(after.achieved())));
      thresholds.forEach(m -> cells.add(Numbers.change(analysis.meanChange(after, m))));
      grid.row(after.name(), cells);
    }
    return grid;
  }

  private static Grid byBlock(AnalysisResult analysis) {
    double main = analysis.mainThreshold();
    List<String> head = new ArrayList<>(List.of("block"));
    List<double[]> ratios = new ArrayList<>();
    for (double m : analysis.dense().thresholds()) {
      head.add(bar(m));
      ratios.add(analysis.dense().blockRatios(m));
    }
    List<double[]> changes = new ArrayList<>();
    for (AfterPruning after : analysis.pruned()) {
      head.add("Δ " + after.name());
      changes.add(analysis.blockChanges(after, main));
    }
    Grid grid =
        new Grid(
            "By block: outlier ratio, %, and its change at M = " + Numbers.threshold(main),
            false,
            head);
    List<BlockOutliers> blocks = analysis.dense().blocks();
    for (int b = 0; b < blocks.size(); b++) {
      int block = b;
      grid.row(
          blocks.get(b).name(),
          cells(
              ratios.stream().map(r -> r[block]).toList(),
              changes.stream().map(c -> c[block]).toList()));
    }
    grid.total(
        "mean",
        cells(ratios.stream().map(Page::mean).toList(), changes.stream().map(Page::mean).toList()));
    return grid;
  }

  private static Grid byLinear(AnalysisResult analysis) {
    double main = analysis.mainThreshold();
    List<String> head = new ArrayList<>(List.of("linear", bar(main)));
    analysis.pruned().forEach(after -> head.add("Δ " + after.name()));
    Grid grid = new Grid("By linear, each relative to its own mean", true, head);
    List<BlockOutliers> blocks = analysis.dense().blocks();
    for (int b = 0; b < blocks.size(); b++) {
      int block = b;
      double[] ratios = analysis.dense().linearRatios(b, main);
      List<double[]> changes =
          analysis.pruned().stream()
              .map(after -> analysis.linearChanges(after, block, main))
              .toList();
      for (int l = 0; l < ratios.length; l++) {
        int linear = l;
        grid.row(
            blocks.get(b).name() + "." + blocks.get(b).linears().get(l).name(),
            cells(List.of(ratios[l]), changes.stream().map(c -> c[linear]).toList()));
      }
    }
    return grid;
  }

  /** Formats a threshold as a heading that does not wrap. */
  private static String bar(double threshold) {
    return "M\u00a0=\u00a0" + Numbers.threshold(threshold);
  }

  private static List<String> cells(List<Double> ratios, List<Double> changes) {
    List<String> cells = new ArrayList<>();
    ratios.forEach(ratio -> cells.add(Numbers.ratio(ratio)));
    changes.forEach(change -> cells.add(Numbers.change(change)));
    return cells;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
