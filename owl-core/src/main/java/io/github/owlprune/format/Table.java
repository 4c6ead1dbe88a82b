package io.github.owlprune.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A text table: the first column is left-aligned, the others right-aligned. */
public final class Table {
  private final List<String[]> rows = new ArrayList<>();

  /**
   * Creates a table without rows.
   *
   * @param head the column headings
   */
  public Table(String... head) {
    rows.add(head);
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column
   */
  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(Table::printable).toArray(String[]::new));
  }

  /**
   * Formats sentences for below a table.
   *
   * @param sentences the sentences
   * @return a line each
   */
  public static String lines(List<String> sentences) {
    return sentences.stream()
        .map(sentence -> printable(sentence) + System.lineSeparator())
        .collect(Collectors.joining());
  }

  /** Names may come from a hostile file and must not control a terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /**
   * Formats a measured value.
   *
   * @param value any number; null if nothing was measured
   * @return five significant digits, or a hyphen
   */
  public static String measured(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.5g", value);
  }

  /**
   * Formats a threshold M as it is usually written: 5, not 5.0.
   *
   * @param m the threshold
   * @return the shortest form
   */
  public static String threshold(double m) {
    return m == Math.rint(m) ? String.format(Locale.ROOT, "%.0f", m) : String.valueOf(m);
  }

  /**
   * Formats a share.
   *
   * @param share in [0, 1]
   * @return four decimals
   */
  public static String share(double share) {
    return String.format(Locale.ROOT, "%.4f", share);
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        String pad = " ".repeat(widths[c] - row[c].length());
        text.append(c == 0 ? row[c] + pad : "  " + pad + row[c]);
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
