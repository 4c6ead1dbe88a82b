package io.github.owlprune.report;

import java.util.Arrays;
import java.util.List;

/**
 * A line of a chart.
 *
 * @param name unique in its chart
 * @param values one for each block
 * @param right whether it has an axis of its own, to the right
 */
record Line(String name, List<Double> values, boolean right) {
  static Line left(String name, double[] values) {
    return new Line(name, Arrays.stream(values).boxed().toList(), false);
  }
}
