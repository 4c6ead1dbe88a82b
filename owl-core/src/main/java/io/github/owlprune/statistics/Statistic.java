package io.github.owlprune.statistics;

import io.github.owlprune.linalg.Workers;
import java.io.DataOutput;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A statistic of one distinct input of a block's linears, over all calibration sequences. It is
 * closed once the last linear that reads the input has been compressed.
 *
 * @param <S> the implementing type itself
 */
public interface Statistic<S extends Statistic<S>> extends AutoCloseable {
  /**
   * Adds one calibration sequence.
   *
   * @param rows float32 {@code [tokens, inputs]}, row-major; valid during the call only
   * @param workers the threads to use
   */
  void add(INDArray rows, Workers workers);

  /**
   * Adds one calibration sequence none of whose tokens reached the input. Does nothing unless
   * overridden; a statistic that divides by the number of sequences must count it.
   */
  default void addEmpty() {}

  /**
   * Adds the sequences of another statistic of the same input, as if they had been added here.
   *
   * @param other a statistic of as many inputs, not changed
   * @throws IllegalArgumentException if it has another number of inputs
   */
  void merge(S other);

  /**
   * Writes the statistic so that {@link StatisticKind#read} restores it exactly.
   *
   * @param out receives the bytes
   * @throws IOException if they cannot be written
   */
  void write(DataOutput out) throws IOException;

  /** Frees native memory, if there is any. */
  @Override
  default void close() {}
}
