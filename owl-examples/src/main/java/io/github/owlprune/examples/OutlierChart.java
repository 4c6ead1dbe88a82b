package io.github.owlprune.examples;

import io.github.owlprune.Report;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Outlier ratio and sparsity of every block in one picture. */
final class OutlierChart {
  private OutlierChart() {}

  static void write(Report report, Path png) throws IOException {
    List<Report.PrunedBlock> blocks = report.blocks();
    double[] number = IntStream.range(0, blocks.size()).asDoubleStream().toArray();
    double[] ratio =
        blocks.stream().mapToDouble(b -> java.util.Objects.requireNonNull(b.measured())).toArray();
    double[] sparsity = blocks.stream().mapToDouble(b -> 100 * b.achieved()).toArray();
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(480)
            .title("What each block can bear")
            .xAxisTitle("block")
            .yAxisTitle("outlier ratio, %")
            .build();
    chart.setYAxisGroupTitle(1, "sparsity, %");
    chart.addSeries("outlier ratio", number, ratio).setMarker(SeriesMarkers.CIRCLE);
    chart
        .addSeries("sparsity (right axis)", number, sparsity)
        .setMarker(SeriesMarkers.SQUARE)
        .setYAxisGroup(1);
    chart.getStyler().setYAxisGroupPosition(1, org.knowm.xchart.style.Styler.YAxisPosition.Right);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    Path folder = png.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try (OutputStream out = Files.newOutputStream(png)) {
      ChartEncoder.saveChart(chart, out, "png");
    }
  }
}
