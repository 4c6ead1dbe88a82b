package io.github.owlprune.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table in a page, with row names on the left and numbers on the right.
 *
 * @param title the table's heading
 * @param folded whether the table is initially collapsed
 * @param head the column headings; the first is that of the row names
 * @param rows the rows
 */
record Grid(String title, boolean folded, List<String> head, List<Row> rows) {
  record Row(String name, List<String> cells, boolean total) {}

  Grid(String title, boolean folded, List<String> head) {
    this(title, folded, head, new ArrayList<>());
  }

  void row(String name, List<String> cells) {
    rows.add(new Row(name, cells, false));
  }

  void total(String name, List<String> cells) {
    rows.add(new Row(name, cells, true));
  }
}
