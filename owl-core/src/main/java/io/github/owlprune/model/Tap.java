package io.github.owlprune.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Receives the inputs of a block's linears while a sequence runs through the block. */
@FunctionalInterface
public interface Tap {
  /** Ignores all inputs; a block may skip work that only a tap needs. */
  Tap NONE = (input, rows) -> {};

  /**
   * Receives one distinct input. Called on the thread that runs the block, once for each input and
   * sequence, in the same order for every sequence. An input that none of the sequence's tokens
   * reach, such as that of an expert to which none is routed, is left out.
   *
   * @param input the name by which the linears refer to it, {@link Linear#input}
   * @param rows float32 {@code [tokens, inputs]}, row-major; valid during the call only
   */
  void accept(String input, INDArray rows);
}
