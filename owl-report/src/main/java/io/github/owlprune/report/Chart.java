package io.github.owlprune.report;

import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.measure.OutlierDistribution;
import io.github.owlprune.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A line chart over the blocks of a model, written as PNG or SVG. */
public final class Chart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 400;
  private static final int CLOSEST_TICKS = 40;

  private final String title;
  private final String axis;
  private final @Nullable String rightAxis;
  private final List<Line> lines;

  private Chart(String title, String axis, @Nullable String rightAxis, List<Line> lines) {
    this.title = title;
    this.axis = axis;
    this.rightAxis = rightAxis;
    this.lines = lines;
  }

  /**
   * Charts outlier ratios by block, one line per threshold M.
   *
   * @param ratios the measured ratios
   * @return a chart, in percent
   */
  public static Chart outlierRatios(OutlierDistribution ratios) {
    List<Line> lines = new ArrayList<>();
    for (double m : ratios.thresholds()) {
      lines.add(Line.left("M = " + Numbers.threshold(m), ratios.blockRatios(m)));
    }
    return new Chart("Outlier ratio by block, dense model", "outliers, % of weights", null, lines);
  }

  /**
   * Charts sparsities by block, one line per plan.
   *
   * @param plans plans for one model by the name to display
   * @return a chart, in percent
   * @throws IllegalArgumentException if there are no plans or their numbers of blocks differ
   */
  public static Chart sparsities(Map<String, Plan> plans) {
    List<Line> lines = new ArrayList<>();
    plans.forEach((name, plan) -> lines.add(Line.left(name, sparsities(plan))));
    if (lines.stream().mapToInt(line -> line.values().size()).distinct().count() != 1) {
      throw new IllegalArgumentException(
          "plans of "
              + lines.stream().map(line -> line.values().size()).toList()
              + " blocks were given; give at least one plan, all of them for the same model");
    }
    return new Chart("Sparsity by block", "zeros, % of weights", null, lines);
  }

  /**
   * Charts sparsities by block, one line per plan, labelled with the prunings that used it.
   *
   * @param analysis an analysis of at least one pruning
   * @return a chart, in percent
   * @throws IllegalArgumentException if the analysis covers only the dense model
   */
  public static Chart sparsities(AnalysisResult analysis) {
    requirePrunings(analysis);
    Map<Plan, List<String>> names = new LinkedHashMap<>();
    for (AnalysisResult.AfterPruning after : analysis.pruned()) {
      names.computeIfAbsent(after.plan(), plan -> new ArrayList<>()).add(after.name());
    }
    Map<String, Plan> plans = new LinkedHashMap<>();
    names.forEach((plan, all) -> plans.put(String.join("\n", all), plan));
    return sparsities(plans);
  }

  /**
   * Charts ΔLOD by block, one line per pruning.
   *
   * @param analysis an analysis of at least one pruning
   * @param threshold M, one of the measured thresholds
   * @return a chart, in percentage points
   * @throws IllegalArgumentException if the analysis covers only the dense model, or the threshold
   *     was not measured
   */
  public static Chart changes(AnalysisResult analysis, double threshold) {
    requirePrunings(analysis);
    List<Line> lines = new ArrayList<>();
    for (AnalysisResult.AfterPruning after : analysis.pruned()) {
      lines.add(Line.left(after.name(), analysis.blockChanges(after, threshold)));
    }
    return new Chart(
        "Change of the outlier ratio by pruning, M = " + Numbers.threshold(threshold),
        "ΔLOD, percentage points",
        null,
        lines);
  }

  /**
   * Charts the measurement of each block and the sparsity that the plan derives from it.
   *
   * @param plan a plan of an allocator that uses a measurement
   * @return a chart with two vertical axes
   * @throws IllegalArgumentException if the plan has no measurements
   */
  public static Chart measuredAndPlanned(Plan plan) {
    List<@Nullable Double> measured = new ArrayList<>();
    plan.blocks().forEach(block -> measured.add(block.measured()));
    if (measured.contains(null)) {
      throw new IllegalArgumentException(
          "the plan's allocator, "
              + plan.allocator()
              + ", measured nothing; chart only its sparsities");
    }
    double[] values = measured.stream().mapToDouble(Objects::requireNonNull).toArray();
    String what = plan.measurementTitle();
    Line sparsity = Line.left("sparsity (right axis)", sparsities(plan));
    return new Chart(
        "Measured and planned by block",
        what,
        "sparsity, %",
        List.of(Line.left(what, values), new Line(sparsity.name(), sparsity.values(), true)));
  }

  private static void requirePrunings(AnalysisResult analysis) {
    if (analysis.pruned().isEmpty()) {
      throw new IllegalArgumentException(
          "the analysis covers only the dense model; add a plan and a strategy with withTrial");
    }
  }

  private static double[] sparsities(Plan plan) {
    return plan.blocks().stream().mapToDouble(block -> 100 * block.zeros()).toArray();
  }

  /**
   * Writes the chart to a temporary file, then moves it into place.
   *
   * @param file a {@code .png} or {@code .svg} file; its folder is created if needed
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the file has a different extension
   */
  public void write(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".png")) {
      WholeFile.write(file, png());
    } else if (name.endsWith(".svg")) {
      WholeFile.write(file, svg().getBytes(StandardCharsets.UTF_8));
    } else {
      throw new IllegalArgumentException(file + " is neither a .png nor a .svg");
    }
  }

  /**
   * Renders the chart as a bitmap on a light background.
   *
   * @return a PNG file's bytes
   */
  public byte[] png() {
    return encode(Theme.LIGHT, "png");
  }

  /**
   * Renders the chart as a vector drawing on a light background.
   *
   * @return an SVG document
   */
  public String svg() {
    return svg(Theme.LIGHT);
  }

  String svg(Theme theme) {
    return new String(encode(theme, "svg"), StandardCharsets.UTF_8);
  }

  String title() {
    return title;
  }

  private byte[] encode(Theme theme, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ChartEncoder.saveChart(draw(theme), out, format);
    } catch (IOException e) {
      throw new UncheckedIOException("the chart could not be rendered: " + title, e);
    }
    return out.toByteArray();
  }

  private XYChart draw(Theme theme) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("block")
            .yAxisTitle(axis)
            .build();
    theme.apply(chart);
    int blocks = lines.get(0).values().size();
    double[] numbers = IntStream.range(0, blocks).asDoubleStream().toArray();
    for (Line line : lines) {
      double[] values = line.values().stream().mapToDouble(v -> v).toArray();
      XYSeries series = chart.addSeries(line.name(), numbers, values);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setYAxisGroup(line.right() ? 1 : 0);
    }
    // Ticks at integer block numbers only.
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisDecimalPattern("0.###");
    chart.getStyler().setXAxisTickMarkSpacingHint(Math.max(CLOSEST_TICKS, WIDTH / blocks));
    if (rightAxis != null) {
      chart.setYAxisGroupTitle(1, rightAxis);
      chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    }
    return chart;
  }
}
