package io.github.owlprune.models.decoder;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.function.IntFunction;

/**
 * All that distinguishes one model from another: sizes, parts, and tensor names. The attention and
 * MLP of all blocks have the same sizes.
 *
 * @param vocabulary V
 * @param width W
 * @param context the longest sequence the model takes
 * @param embedding what a token becomes
 * @param blocks how many blocks
 * @param block the parts of a block by its number
 * @param head what makes logits of the last hidden states
 */
public record DecoderRecipe(
    int vocabulary,
    int width,
    int context,
    EmbeddingRecipe embedding,
    int blocks,
    IntFunction<BlockRecipe> block,
    HeadRecipe head) {
  /**
   * Refuses a checkpoint whose tensors are not the recipe's.
   *
   * @param checkpoint the tensors
   * @throws CheckpointException if one is missing, of another shape or not of a float type, naming
   *     it
   */
  public void requireIn(Checkpoint checkpoint) throws CheckpointException {
    embedding.requireIn(checkpoint, vocabulary, width, context);
    for (int i = 0; i < blocks; i++) {
      block.apply(i).requireIn(checkpoint, width);
    }
    head.requireIn(checkpoint, vocabulary, width);
  }

  /** The sizes of every block's attention; positions and windows are the first block's. */
  AttentionShape attention() {
    return block.apply(0).attention().shape();
  }

  /** I, the width of every block's MLP. */
  int mlpWidth() {
    return block.apply(0).mlp().up().linear().outputs();
  }
}
