package io.github.owlprune.models.decoder;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Workers;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A decoder made by a recipe over the tensors of a checkpoint: embedding, blocks, output head. */
public final class Decoder implements AutoCloseable {
  private final DecoderRecipe recipe;
  private final DecoderWeights weights;
  private final Workspaces workspaces;
  private final List<Block> blocks;

  /**
   * Makes the decoder; no weight is read yet.
   *
   * @param recipe sizes, parts and tensor names
   * @param files where the weights come from and pruned ones go
   */
  public Decoder(DecoderRecipe recipe, WorkingCopy files) {
    this.recipe = recipe;
    this.weights = new DecoderWeights(files);
    this.workspaces = new Workspaces(recipe);
    this.blocks =
        IntStream.range(0, recipe.blocks())
            .mapToObj(i -> (Block) new DecoderBlock(this, recipe.block().apply(i)))
            .toList();
  }

  /**
   * The recipe.
   *
   * @return as it was given
   */
  public DecoderRecipe recipe() {
    return recipe;
  }

  /**
   * The blocks in order.
   *
   * @return always the same list
   */
  public List<Block> blocks() {
    return blocks;
  }

  /**
   * The tensors that hold the linears of some blocks.
   *
   * @param names the blocks' names
   * @return in the blocks' order
   */
  public Set<String> tensors(Collection<String> names) {
    return IntStream.range(0, recipe.blocks())
        .mapToObj(i -> recipe.block().apply(i))
        .filter(b -> names.contains(b.name()))
        .flatMap(b -> b.linears().stream())
        .map(LinearRecipe::weight)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  OpenBlock open(BlockRecipe block, Workers workers) {
    return new OpenDecoderBlock(recipe, block, weights, workers, workspaces);
  }

  /**
   * Looks up the embeddings of a sequence.
   *
   * @param ids token ids below V
   * @param hidden takes {@code [T, W]}
   */
  public void embed(int[] ids, float[] hidden) {
    new Embedding(recipe, weights).embed(ids, hidden);
  }

  /**
   * The output head over hidden states that left the last block.
   *
   * @param workers the threads to use
   * @return to be closed
   */
  public Head head(Workers workers) {
    return new Head(recipe, weights, workers);
  }

  /**
   * What a forward pass through all blocks costs: every weight once a token, and two products of
   * queries with the tokens that they see, half of all on average.
   *
   * @param tokens T
   * @return multiply-adds
   */
  public double multiplyAdds(int tokens) {
    long weights =
        blocks.stream().flatMap(b -> b.linears().stream()).mapToLong(Linear::weights).sum();
    double attention = 0;
    for (int i = 0; i < recipe.blocks(); i++) {
      AttentionShape shape = recipe.block().apply(i).attention().shape();
      attention += 2.0 * shape.queryWidth() * shape.pairs(tokens);
    }
    return (double) tokens * weights + attention;
  }

  /**
   * What one open block and the buffers of a forward pass take.
   *
   * @param tokens T of the longest sequence
   * @param threads the number of threads
   * @return bytes
   */
  public long bytesOfOneBlock(int tokens, int threads) {
    long weights = blocks.get(0).linears().stream().mapToLong(Linear::weights).sum();
    return Float.BYTES * (weights + Workspace.floats(recipe, tokens, threads));
  }

  /** Frees the buffers. */
  @Override
  public void close() {
    workspaces.close();
  }
}
