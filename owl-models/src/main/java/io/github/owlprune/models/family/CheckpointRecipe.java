package io.github.owlprune.models.family;

import io.github.owlprune.models.decoder.DecoderRecipe;
import java.util.List;
import java.util.stream.Stream;

/**
 * The recipe of a checkpoint: what its configuration says, adjusted to the tensors that it
 * contains.
 *
 * @param recipe sizes, parts and tensor names
 * @param tied whether the output head is the embedding
 * @param remarks what a person should know about the adjustments, one sentence each
 */
public record CheckpointRecipe(DecoderRecipe recipe, boolean tied, List<String> remarks) {
  /**
   * Creates the recipe with a copy of the remarks.
   *
   * @param recipe sizes, parts and tensor names
   * @param tied whether the output head is the embedding
   * @param remarks what a person should know about the adjustments, one sentence each
   */
  public CheckpointRecipe {
    remarks = List.copyOf(remarks);
  }

  /** Returns the same recipe with more remarks before its own. */
  CheckpointRecipe withRemarks(List<String> more) {
    return new CheckpointRecipe(
        recipe, tied, Stream.concat(more.stream(), remarks.stream()).toList());
  }
}
