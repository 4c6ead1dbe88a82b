package io.github.owlprune.models.decoder;

import java.util.List;
import java.util.stream.Stream;

/**
 * The configuration of one block.
 *
 * @param name the block's name, the common prefix of its tensors
 * @param attention the attention
 * @param attentionResidual the norms around the attention
 * @param mlp the MLP, or a mixture of experts
 * @param mlpResidual the norms around the MLP
 * @param parallel whether the MLP reads the block's input instead of the attention's result
 */
public record BlockRecipe(
    String name,
    AttentionRecipe attention,
    ResidualRecipe attentionResidual,
    FeedForwardRecipe mlp,
    ResidualRecipe mlpResidual,
    boolean parallel) {
  /**
   * Creates the recipe of a sequential block, whose MLP reads the attention's result.
   *
   * @param name the block's name, the common prefix of its tensors
   * @param attention the attention
   * @param attentionResidual the norms around the attention
   * @param mlp the MLP, or a mixture of experts
   * @param mlpResidual the norms around the MLP
   */
  public BlockRecipe(
      String name,
      AttentionRecipe attention,
      ResidualRecipe attentionResidual,
      FeedForwardRecipe mlp,
      ResidualRecipe mlpResidual) {
    this(name, attention, attentionResidual, mlp, mlpResidual, false);
  }

  /**
   * Returns the linears in the order in which they are computed.
   *
   * @return the linears of the attention, then those of the MLP
   */
  public List<LinearRecipe> linears() {
    return Stream.concat(attention.linears().stream(), mlp.linears().stream()).toList();
  }

  /** Returns the number of weights that one token is multiplied by. */
  long activeWeights(int width) {
    return attention.linears().stream().mapToLong(l -> l.linear().weights()).sum()
        + mlp.activeWeights(width);
  }

  /** Returns the number of weights that are in memory while the block is open. */
  long weights(int width) {
    return linears().stream().mapToLong(l -> l.linear().weights()).sum()
        + mlp.otherTensors(width).mapToLong(TensorShape::elements).sum();
  }

  /** Returns all tensors of the block; a tensor that linears share appears once for each. */
  Stream<TensorShape> tensors(int width) {
    Stream<TensorShape> norms =
        Stream.of(
                attentionResidual.tensors(width),
                mlpResidual.tensors(width),
                attention.normTensors())
            .flatMap(t -> t);
    return Stream.of(
            norms, mlp.otherTensors(width), linears().stream().flatMap(LinearRecipe::tensors))
        .flatMap(t -> t);
  }
}
