package io.github.owlprune.report;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A chart inside a page, for both grounds. A drawing in an address of its own cannot disturb the
 * page's names, nor those of another drawing.
 *
 * @param title what a reader hears who sees no picture
 * @param caption how to read it
 * @param light the drawing on light ground, as a {@code data:} address
 * @param dark the same on dark ground
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
