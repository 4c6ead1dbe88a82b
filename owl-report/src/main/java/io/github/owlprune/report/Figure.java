package io.github.owlprune.report;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A chart embedded in a page, for light and dark backgrounds. As separate {@code data:} URLs, the
 * drawings cannot clash with identifiers in the page or in each other.
 *
 * @param title the text alternative for screen readers
 * @param caption an explanation of how to read the chart
 * @param light the drawing on a light background, as a {@code data:} URL
 * @param dark the same on a dark background
 */
record Figure(String title, String caption, String light, String dark) {
  static Figure of(Chart chart, String caption) {
    return new Figure(
        chart.title(), caption, address(chart.svg(Theme.LIGHT)), address(chart.svg(Theme.DARK)));
  }

  private static String address(String svg) {
    return "data:image/svg+xml;base64,"
        + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
  }
}
