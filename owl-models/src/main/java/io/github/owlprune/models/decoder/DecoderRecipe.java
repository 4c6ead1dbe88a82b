package io.github.owlprune.models.decoder;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.Iterator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
   * What a checkpoint must hold.
   *
   * @return every tensor once, from the embedding to the head; made as it is read
   */
  public Stream<TensorShape> tensors() {
    Stream<TensorShape> ofBlocks =
        IntStream.range(0, blocks).mapToObj(block).flatMap(b -> b.tensors(width));
    // Joined by concat, whose iterator holds one block's tensors at a time: a wrong configuration
    // may claim billions of blocks.
    return Stream.concat(
            Stream.concat(embedding.tensors(vocabulary, width, context), ofBlocks),
            head.tensors(vocabulary, width))
        .distinct();
  }

  /**
   * Refuses a checkpoint whose tensors are not the recipe's.
   *
   * @param checkpoint the tensors
   * @throws CheckpointException if one is missing, of another shape or not of a float type, naming
   *     it
   */
  public void requireIn(Checkpoint checkpoint) throws CheckpointException {
    Iterator<TensorShape> needed = tensors().iterator();
    while (needed.hasNext()) {
      needed.next().requireIn(checkpoint);
    }
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
