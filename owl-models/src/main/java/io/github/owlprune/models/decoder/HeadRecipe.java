package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The output head, {@code logits = softCap(scale · (W_head P norm(x) + b))}.
 *
 * @param norm the final norm, null for none
 * @param projection P's tensor, {@code [E, W]}, null for none
 * @param weight W_head's tensor, {@code [V, E]}; the embedding's if they are tied, null for a model
 *     without a head
 * @param width E; equals W without a projection
 * @param bias b's tensor, {@code [V]}, null for none
 * @param scale a factor of the logits
 * @param softCap the soft cap, null for none
 */
public record HeadRecipe(
    @Nullable NormRecipe norm,
    @Nullable String projection,
    @Nullable String weight,
    int width,
    @Nullable String bias,
    float scale,
    @Nullable SoftCap softCap) {
  /**
   * Creates the recipe of {@code logits = W_head P norm(x)}.
   *
   * @param norm the final norm, null for none
   * @param projection P's tensor, {@code [E, W]}, null for none
   * @param weight W_head's tensor, {@code [V, E]}; the embedding's if they are tied
   * @param width E; equals W without a projection
   */
  public HeadRecipe(
      @Nullable NormRecipe norm, @Nullable String projection, String weight, int width) {
    this(norm, projection, weight, width, null, 1f, null);
  }

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

  /**
   * Returns the same recipe with another vocabulary matrix.
   *
   * @param tensor W_head's tensor, {@code [V, E]}; null for a model without a head, which computes
   *     hidden states but no logits
   * @return a new recipe
   */
  public HeadRecipe withWeight(@Nullable String tensor) {
    return new HeadRecipe(norm, projection, tensor, width, bias, scale, softCap);
  }

  /**
   * Returns the same recipe with a bias.
   *
   * @param tensor b's tensor, {@code [V]}
   * @return a new recipe
   */
  public HeadRecipe withBias(String tensor) {
    return new HeadRecipe(norm, projection, weight, width, tensor, scale, softCap);
  }

  /**
   * Returns the same recipe with another scale.
   *
   * @param factor a factor of the logits
   * @return a new recipe
   */
  public HeadRecipe withScale(double factor) {
    return new HeadRecipe(norm, projection, weight, width, bias, (float) factor, softCap);
  }

  /**
   * Returns the same recipe with a soft cap.
   *
   * @param cap the soft cap of the logits
   * @return a new recipe
   */
  public HeadRecipe withSoftCap(SoftCap cap) {
    return new HeadRecipe(norm, projection, weight, width, bias, scale, cap);
  }

  /** Returns the tensors of the head; none for a model without one. */
  Stream<TensorShape> tensors(int vocabulary, int hidden) {
    if (weight == null) {
      return Stream.empty();
    }
    Stream.Builder<TensorShape> tensors = Stream.builder();
    if (norm != null) {
      norm.tensors(hidden).forEach(tensors);
    }
    if (projection != null) {
      tensors.add(TensorShape.of(projection, width, hidden));
    }
    tensors.add(TensorShape.of(weight, vocabulary, width));
    if (bias != null) {
      tensors.add(TensorShape.of(bias, vocabulary));
    }
    return tensors.build();
  }
}
