package io.github.owlprune.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Is shown the inputs of a block's linears while a sequence runs through the block. */
@FunctionalInterface
public interface Tap {
  /** Looks at nothing; a block may leave out whatever work only a tap needs. */
  Tap NONE = (input, rows) -> {};

  /**
   * Looks at one distinct input. Called on the thread that runs the block, once a sequence for each
   * input, in an order that does not change from sequence to sequence.
   *
   * @param input the name the linears know it by, {@link Linear#input}
   * @param rows float32 {@code [tokens, inputs]}, row-major; valid during the call only
   */
  void see(String input, INDArray rows);
}
