package io.github.owlprune.model;

import io.github.owlprune.linalg.Workers;
import java.util.List;

/** The name and shapes of a block of the network; it holds no weights until it is opened. */
public interface Block {
  /**
   * Returns the block's name, such as {@code model.layers.0}.
   *
   * @return unique within the model
   */
  String name();

  /**
   * Returns the linears that may be compressed, in the order in which they are computed.
   *
   * @return at least one
   */
  List<Linear> linears();

  /**
   * Loads the block's weights.
   *
   * @param workers the threads that the open block may use until it is closed
   * @return the block with its weights in memory; at most one block of a model is open at a time
   */
  OpenBlock open(Workers workers);
}
