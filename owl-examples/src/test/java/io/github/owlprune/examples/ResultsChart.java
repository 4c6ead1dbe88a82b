package io.github.owlprune.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Draws the README's chart from the figures in {@code docs/results.csv}, for light and dark pages.
 * Run it from the root of the repository; it needs nothing but a JDK:
 *
 * <pre>java owl-examples/src/test/java/io/github/owlprune/examples/ResultsChart.java</pre>
 *
 * <p>It writes SVG text elements, and so the same bytes on every machine: the library's own charts
 * draw text as outlines, which depend on the installed fonts.
 */
final class ResultsChart {
  static final Path FIGURES = Path.of("docs", "results.csv");
  static final Path IMAGES = Path.of("docs", "images");

  private static final int WIDTH = 780;
  private static final int ROW = 24;
  private static final int TOP = 62;

  /** Where the axis starts, and the width of a factor of ten. */
  private static final int LEFT = 200;

  private static final int DECADE = 128;
  private static final int DECADES = 4;

  private ResultsChart() {}

  /** The colours on a light or a dark page. */
  enum Page {
    LIGHT("#1f2328", "#59636e", "#d1d9e0", "#0072b2"),
    DARK("#f0f6fc", "#9198a1", "#3d444d", "#56b4e9");

    private final String text;
    private final String quiet;
    private final String grid;
    private final String mark;

    Page(String text, String quiet, String grid, String mark) {
      this.text = text;
      this.quiet = quiet;
      this.grid = grid;
      this.mark = mark;
    }

    String file() {
      return "results-" + name().toLowerCase(Locale.ROOT) + ".svg";
    }
  }

  /** A row of the file: the share of zeros, the method, and its perplexity as it is written. */
  record Figure(String zeros, String method, String perplexity) {
    static List<Figure> read(Path file) throws IOException {
      return Files.readAllLines(file).stream()
          .skip(1)
          .map(line -> line.split(",", -1))
          .map(cells -> new Figure(cells[0], cells[1], cells[2]))
          .toList();
    }

    /** Returns the figure's place on the logarithmic axis, which starts at 10. */
    double x() {
      return LEFT + DECADE * (Math.log10(Double.parseDouble(perplexity)) - 1);
    }
  }

  public static void main(String[] args) throws IOException {
    List<Figure> figures = Figure.read(FIGURES);
    Files.createDirectories(IMAGES);
    for (Page page : Page.values()) {
      Files.writeString(IMAGES.resolve(page.file()), svg(figures, page));
    }
  }

  /** Draws the figures; the first is the dense model's. */
  static String svg(List<Figure> figures, Page page) {
    StringBuilder rows = new StringBuilder();
    Figure dense = figures.get(0);
    String zeros = "";
    int y = TOP;
    for (Figure figure : figures.subList(1, figures.size())) {
      if (!figure.zeros().equals(zeros)) {
        zeros = figure.zeros();
        rows.append(text(0, y + 4, page.text, "bold", "start", zeros + " zeros"));
        y += ROW;
      }
      rows.append(text(LEFT - 12, y + 4, page.text, "normal", "end", figure.method()));
      rows.append(line(dense.x(), y, figure.x(), y, page.mark, 3));
      rows.append(
          format(
              "<circle cx=\"%.1f\" cy=\"%d\" r=\"5\" fill=\"%s\"/>%n", figure.x(), y, page.mark));
      rows.append(text(figure.x() + 11, y + 4, page.text, "normal", "start", figure.perplexity()));
      y += ROW;
    }
    StringBuilder axis = new StringBuilder();
    for (int i = 0; i <= DECADES; i++) {
      int x = LEFT + i * DECADE;
      String power = format("%,d", (int) Math.pow(10, i + 1));
      axis.append(line(x, TOP - 14, x, y - 8, page.grid, 1));
      axis.append(text(x, y + 10, page.quiet, "normal", "middle", power));
    }
    axis.append(line(dense.x(), TOP - 14, dense.x(), y - 8, page.text, 1.5));
    String label = "dense " + dense.perplexity();
    axis.append(text(dense.x(), TOP - 20, page.text, "normal", "middle", label));
    String title = "Perplexity of SmolLM2-135M-Instruct on WikiText-2 (lower is better, log scale)";
    return format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" font-family=\"-apple-system, 'Segoe UI', Helvetica,"
                + " Arial, sans-serif\" font-size=\"14\">%n<title>%s</title>%n",
            WIDTH, y + 20, WIDTH, y + 20, title)
        + text(0, 16, page.text, "bold", "start", title)
        + axis
        + rows
        + "</svg>\n";
  }

  private static String text(
      double x, int y, String colour, String weight, String anchor, String text) {
    return format(
        "<text x=\"%.1f\" y=\"%d\" fill=\"%s\" font-weight=\"%s\" text-anchor=\"%s\">%s</text>%n",
        x, y, colour, weight, anchor, text);
  }

  private static String line(double x1, int y1, double x2, int y2, String colour, double width) {
    return format(
        "<path d=\"M%.1f %dL%.1f %d\" stroke=\"%s\" stroke-width=\"%s\"/>%n",
        x1, y1, x2, y2, colour, width);
  }

  /** Formats alike in every locale and on every platform. */
  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format.replace("%n", "\n"), arguments);
  }
}
