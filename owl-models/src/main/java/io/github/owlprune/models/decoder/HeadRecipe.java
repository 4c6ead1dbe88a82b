package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The output head, {@code logits = W_head P norm(x)}.
 *
 * @param norm the final norm, null for none
 * @param projection P's tensor, {@code [E, W]}, null for none
 * @param weight W_head's tensor, {@code [V, E]}; the embedding's if they are tied
 * @param width E; equals W without a projection
 */
public record HeadRecipe(
    @Nullable NormRecipe norm, @Nullable String projection, String weight, int width) {
  /**
   * Creates the recipe of a norm followed by the vocabulary matrix.
   *
   * @param norm the final norm
   * @param weight W_head's tensor, {@code [V, W]}; the embedding's if they are tied
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
