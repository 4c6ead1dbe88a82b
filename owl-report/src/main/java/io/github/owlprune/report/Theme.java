package io.github.owlprune.report;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** The style of a chart on a light or dark background. */
enum Theme {
  LIGHT(0xffffff, 0x1f2328, 0xd8dee4, 0x0072b2, 0xd55e00, 0x009e73, 0xb3589a, 0x8a6d00, 0x5b4fc4),
  DARK(0x161b22, 0xe6edf3, 0x3d444d, 0x56b4e9, 0xf0883e, 0x3fcf9b, 0xe39ccb, 0xe3c33c, 0xaea6f5);

  private static final float LINE = 2;

  private final Color ground;
  private final Color text;
  private final Color grid;
  private final ImmutableList<Color> series;

  /** Defines the colours; those of the series suit colour-blind readers (after Okabe and Ito). */
  Theme(int ground, int text, int grid, int... series) {
    this.ground = new Color(ground);
    this.text = new Color(text);
    this.grid = new Color(grid);
    this.series = Arrays.stream(series).mapToObj(Color::new).collect(toImmutableList());
  }

  void apply(XYChart chart) {
    XYStyler styler = chart.getStyler();
    styler.setSeriesColors(series.toArray(new Color[0]));
    BasicStroke line = new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    styler.setSeriesLines(new BasicStroke[] {line});
    styler.setMarkerSize(5);
    styler.setChartBackgroundColor(ground);
    styler.setChartFontColor(text);
    styler.setChartPadding(14);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    styler.setChartTitleBoxVisible(false);
    styler.setPlotBackgroundColor(ground);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(grid);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTickLabelsColor(text);
    styler.setAxisTickMarksColor(grid);
    styler.setXAxisTitleColor(text);
    styler.setYAxisTitleColor(text);
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setLegendBackgroundColor(ground);
    styler.setLegendBorderColor(ground);
    styler.setLegendPosition(LegendPosition.OutsideE); // a row below would not fit many names
  }
}
