package io.github.owlprune.pruning;

import io.github.owlprune.model.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A strategy that chooses the weights of a linear that go. Stateless: one instance may prune many
 * models at once.
 *
 * @param <S> what it needs to know about a linear's inputs
 */
public interface Pruner<S extends InputStatistics> {
  /**
   * The method's name for reports, such as {@code wanda}.
   *
   * @return lower case, one word
   */
  String name();

  /**
   * All that decides what it does, so that a run which was cut off is not gone on with in another
   * way.
   *
   * @return the name, unless the pruner has settings of its own; then these as well
   */
  default String settings() {
    return name();
  }

  /**
   * Whether it looks at inputs at all. One that does not needs no calibration, and no forward pass
   * is made for it.
   *
   * @return true unless the weights alone decide
   */
  default boolean needsInputs() {
    return true;
  }

  /**
   * Starts the statistics of one distinct input of a block; linears that share the input share
   * them.
   *
   * @param inputs the input's width
   * @return empty statistics
   */
  S observe(int inputs);

  /**
   * Prunes a weight in place: what goes becomes +0.0.
   *
   * @param weight float32 {@code [outputs, inputs]}, row-major
   * @param seen the statistics of its input over all calibration sequences
   * @param target how much goes
   * @param workers the threads to use
   * @return what the report shall tell; {@link Outcome#NONE} if nothing
   * @throws ArithmeticException if weights or statistics are NaN or infinite, saying where
   * @throws IllegalArgumentException if the target does not fit the weight's shape
   */
  Outcome prune(INDArray weight, S seen, Sparsity target, Workers workers);
}
