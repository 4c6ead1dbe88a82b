package io.github.owlprune.compress;

import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.InputStatistics;
import io.github.owlprune.statistics.StatisticKind;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A strategy that makes a linear smaller: it zeroes weights, or gives the linear another form.
 * Stateless: one instance may compress many models at once.
 */
public interface Compressor {
  /**
   * Returns the strategy's name for reports, such as {@code wanda}.
   *
   * @return one word in lower case, or several joined by {@code +} for a combination
   */
  String name();

  /**
   * Returns everything that decides what the strategy does. A run is resumed only with equal
   * settings.
   *
   * @return the name, and the strategy's own settings if it has any
   */
  default String settings() {
    return name();
  }

  /**
   * Returns the kinds of statistics that the strategy needs of each distinct input. A strategy that
   * needs none runs without calibration, and nothing is sent through the model for it.
   *
   * @return the column norms unless overridden
   */
  default Set<StatisticKind<?>> statistics() {
    return Set.of(ColumnNorms.KIND);
  }

  /**
   * Compresses a linear. A pruned weight is changed in place: what is removed becomes +0.0.
   *
   * @param weight float32 {@code [outputs, inputs]}, row-major
   * @param seen the statistics of its input over all calibration sequences
   * @param target what to reach
   * @param workers the threads to use
   * @return the form that replaces the weight, if it was not changed in place, and what the report
   *     says; {@link Outcome#IN_PLACE} if nothing but the weight changed
   * @throws ArithmeticException if weights or statistics are NaN or infinite, saying where
   * @throws IllegalArgumentException if the target does not fit the weight's shape, or is of a kind
   *     that the strategy cannot meet
   */
  Outcome compress(INDArray weight, InputStatistics seen, Target target, Workers workers);
}
