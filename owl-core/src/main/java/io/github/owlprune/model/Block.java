package io.github.owlprune.model;

import java.util.List;

/** A block of the network by name and shapes; it holds no weights until it is opened. */
public interface Block {
  /**
   * The block's name, such as {@code model.layers.0}.
   *
   * @return unique within the model
   */
  String name();

  /**
   * The linears that may be pruned, in the order in which they are computed.
   *
   * @return at least one
   */
  List<Linear> linears();

  /**
   * Loads the block's weights.
   *
   * @param workers the threads that the opened block may use until it is closed
   * @return the block with its weights in memory; at most one block of a model is open at a time
   */
  OpenBlock open(Workers workers);
}
