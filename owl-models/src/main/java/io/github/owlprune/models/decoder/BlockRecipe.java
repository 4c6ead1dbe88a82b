package io.github.owlprune.models.decoder;

import java.util.List;
import java.util.stream.Stream;

/**
 * A block's parts.
 *
 * @param name the block's name, the common prefix of its tensors
 * @param attention the attention
 * @param aroundAttention the norms around it
 * @param mlp the MLP
 * @param aroundMlp the norms around it
 * @param parallel whether the MLP reads what the attention reads, and not what it gave
 */
public record BlockRecipe(
    String name,
    AttentionRecipe attention,
    ResidualRecipe aroundAttention,
    MlpRecipe mlp,
    ResidualRecipe aroundMlp,
    boolean parallel) {
  /**
   * A block whose MLP reads what the attention gave.
   *
   * @param name the block's name, the common prefix of its tensors
   * @param attention the attention
   * @param aroundAttention the norms around it
   * @param mlp the MLP
   * @param aroundMlp the norms around it
   */
  public BlockRecipe(
      String name,
      AttentionRecipe attention,
      ResidualRecipe aroundAttention,
      MlpRecipe mlp,
      ResidualRecipe aroundMlp) {
    this(name, attention, aroundAttention, mlp, aroundMlp, false);
  }

  /**
   * The linears in the order in which they are computed.
   *
   * @return those of the attention, then those of the MLP
   */
  public List<LinearRecipe> linears() {
    return Stream.concat(attention.linears().stream(), mlp.linears().stream()).toList();
  }

  /** All its tensors; one that linears share comes once for each. */
  Stream<TensorShape> tensors(int width) {
    Stream<TensorShape> norms =
        Stream.of(aroundAttention.tensors(width), aroundMlp.tensors(width), attention.normTensors())
            .flatMap(t -> t);
    return Stream.concat(norms, linears().stream().flatMap(LinearRecipe::tensors));
  }
}
