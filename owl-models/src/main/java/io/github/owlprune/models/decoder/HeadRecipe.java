package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What makes logits of the last hidden states: {@code W_head P norm(x)}.
 *
 * @param norm null if there is none
 * @param projection P's tensor, {@code [E, W]}, null if there is none
 * @param weight W_head's tensor, {@code [V, E]}; the embedding's if they are tied
 * @param width E; equal to W unless there is a projection
 */
public record HeadRecipe(
    @Nullable NormRecipe norm, @Nullable String projection, String weight, int width) {
  /**
   * A norm and a head.
   *
   * @param norm the last norm
   * @param weight the head's tensor, {@code [V, W]}; the embedding's if they are tied
   * @param width W
   */
  public HeadRecipe(NormRecipe norm, String weight, int width) {
    this(norm, null, weight, width);
  }

  Stream<TensorShape> tensors(int vocabulary, int hidden) {
    Stream.Builder<TensorShape> tensors = Stream.builder();
    if (norm != null) {
      norm.tensors(hidden).forEach(tensors);
    }
    if (projection != null) {
      tensors.add(TensorShape.of(projection, width, hidden));
    }
    tensors.add(TensorShape.of(weight, vocabulary, width));
    return tensors.build();
  }
}
