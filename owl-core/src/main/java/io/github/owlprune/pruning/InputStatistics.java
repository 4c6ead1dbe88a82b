package io.github.owlprune.pruning;

import io.github.owlprune.model.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is remembered of one distinct input of a block's linears. Closed when the linears that read
 * it were pruned.
 */
public interface InputStatistics extends AutoCloseable {
  /**
   * Takes in one calibration sequence.
   *
   * @param rows float32 {@code [tokens, inputs]}, row-major; valid during the call only
   * @param workers the threads to use
   */
  void add(INDArray rows, Workers workers);

  /** Frees native memory, if there is any. */
  @Override
  default void close() {}

  /** Statistics of a pruner that looks at weights alone. */
  record None() implements InputStatistics {
    @Override
    public void add(INDArray rows, Workers workers) {}
  }
}
