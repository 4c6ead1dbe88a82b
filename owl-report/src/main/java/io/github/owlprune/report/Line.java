package io.github.owlprune.report;

import java.util.Arrays;
import java.util.List;

/**
 * A line in a chart.
 *
 * @param name the line's name, unique in the chart
 * @param values one value per block
 * @param right whether the line uses the right axis
 */
record Line(String name, List<Double> values, boolean right) {
  static Line left(String name, double[] values) {
    return new Line(name, Arrays.stream(values).boxed().toList(), false);
  }
}
