package io.github.owlprune.models.decoder;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.Iterator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The configuration of a decoder: sizes, parts and tensor names. Immutable. The attention has the
 * same sizes in all blocks; MLPs may differ.
 *
 * @param vocabulary V
 * @param width W
 * @param context the longest sequence in tokens
 * @param embedding the token embedding
 * @param blocks the number of blocks
 * @param block the recipe of each block by its number
 * @param head the output head
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
   * Returns the same recipe with another embedding and head.
   *
   * @param otherEmbedding the token embedding
   * @param otherHead the output head
   * @return a new recipe
   */
  public DecoderRecipe with(EmbeddingRecipe otherEmbedding, HeadRecipe otherHead) {
    return new DecoderRecipe(vocabulary, width, context, otherEmbedding, blocks, block, otherHead);
  }

  /**
   * Returns the tensors that a checkpoint must contain.
   *
   * @return every tensor once, from the embedding to the head; computed lazily
   */
  public Stream<TensorShape> tensors() {
    Stream<TensorShape> ofBlocks =
        IntStream.range(0, blocks).mapToObj(block).flatMap(b -> b.tensors(width));
    // The iterator of concat holds the tensors of one block at a time: an invalid configuration
    // may claim billions of blocks.
    return Stream.concat(
            Stream.concat(embedding.tensors(vocabulary, width, context), ofBlocks),
            head.tensors(vocabulary, width))
        .distinct();
  }

  /**
   * Checks that a checkpoint contains the recipe's tensors.
   *
   * @param checkpoint the tensors
   * @throws CheckpointException if a tensor is missing, or has another shape or an unsupported type
   */
  public void requireIn(Checkpoint checkpoint) throws CheckpointException {
    Iterator<TensorShape> needed = tensors().iterator();
    while (needed.hasNext()) {
      needed.next().requireIn(checkpoint);
    }
  }

  /** Returns the sizes of every block's attention; rotary and window are the first block's. */
  AttentionShape attention() {
    return block.apply(0).attention().shape();
  }

  /** Returns the sizes that the buffers of the blocks' MLPs need. */
  FeedForwardSizes feedForward() {
    return FeedForwardSizes.of(IntStream.range(0, blocks).mapToObj(i -> block.apply(i).mlp()));
  }
}
