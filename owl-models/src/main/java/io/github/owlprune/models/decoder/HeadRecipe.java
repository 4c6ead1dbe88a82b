package io.github.owlprune.models.decoder;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
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

  void requireIn(Checkpoint checkpoint, int vocabulary, int hidden) throws CheckpointException {
    if (norm != null) {
      norm.requireIn(checkpoint, hidden);
    }
    if (projection != null) {
      checkpoint.require(projection, width, hidden);
    }
    checkpoint.require(weight, vocabulary, width);
  }
}
