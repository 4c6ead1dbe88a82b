package io.github.owlprune;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Columns of text: the first to the left, the others to the right. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();

  Table(String... head) {
    rows.add(head);
  }

  void row(String... cells) {
    rows.add(cells);
  }

  static String measured(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.5g", value);
  }

  /** A threshold M as a person writes it: 5, not 5.0. */
  static String threshold(double m) {
    return m == Math.rint(m) ? String.format(Locale.ROOT, "%.0f", m) : String.valueOf(m);
  }

  static String share(double share) {
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
