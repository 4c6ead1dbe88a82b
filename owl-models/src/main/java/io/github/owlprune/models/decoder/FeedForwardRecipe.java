package io.github.owlprune.models.decoder;

import java.util.List;
import java.util.stream.Stream;

/** The part of a block that follows the attention: an MLP, or a mixture of experts. */
public sealed interface FeedForwardRecipe permits MlpRecipe, MoeRecipe {
  /**
   * Returns the linears in the order in which they are computed.
   *
   * @return at least one
   */
  List<LinearRecipe> linears();

  /**
   * Returns the tensors that are never pruned, such as a router's.
   *
   * @param width W
   * @return in addition to the tensors of the linears
   */
  Stream<TensorShape> otherTensors(int width);

  /**
   * Returns the number of weights that one token is multiplied by.
   *
   * @param width W
   * @return less than the number of all weights if a token passes only some of the experts
   */
  long activeWeights(int width);
}
