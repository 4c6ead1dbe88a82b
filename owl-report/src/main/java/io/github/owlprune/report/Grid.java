package io.github.owlprune.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of a page: names to the left, numbers to the right.
 *
 * @param title its heading
 * @param folded whether it is closed until the reader opens it
 * @param head the columns' names, the first that of the rows
 * @param rows the lines
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
