package io.github.owlprune.models.decoder;

import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A decoder-only transformer: embedding, blocks, output head. It combines a recipe (configuration,
 * immutable), the tensors of a checkpoint (weights, loaded one block at a time) and a pool of
 * workspaces (working state, one per concurrent caller).
 */
public final class Decoder implements AutoCloseable {
  private final DecoderRecipe recipe;
  private final WeightStore weights;
  private final WorkspacePool workspaces;
  private final List<Block> blocks;

  /**
   * Creates the decoder without reading any weight.
   *
   * @param recipe sizes, parts and tensor names
   * @param files the source of weights and the destination of pruned ones
   */
  public Decoder(DecoderRecipe recipe, WorkingCopy files) {
    this.recipe = recipe;
    this.weights = new WeightStore(files);
    this.workspaces = new WorkspacePool(recipe);
    this.blocks =
        IntStream.range(0, recipe.blocks())
            .mapToObj(i -> (Block) new DecoderBlock(this, recipe.block().apply(i)))
            .toList();
  }

  /**
   * Returns the recipe.
   *
   * @return the recipe as given
   */
  public DecoderRecipe recipe() {
    return recipe;
  }

  /**
   * Returns the blocks in order.
   *
   * @return the same list on every call
   */
  public List<Block> blocks() {
    return blocks;
  }

  /**
   * Returns the tensors that store the linears of some blocks.
   *
   * @param blockNames the blocks' names
   * @return tensor names in the order of the blocks
   */
  public Set<String> tensorsOf(Collection<String> blockNames) {
    return IntStream.range(0, recipe.blocks())
        .mapToObj(i -> recipe.block().apply(i))
        .filter(b -> blockNames.contains(b.name()))
        .flatMap(b -> b.linears().stream())
        .map(LinearRecipe::weight)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  OpenBlock open(BlockRecipe block, Workers workers) {
    return new OpenDecoderBlock(block, recipe.width(), weights, workspaces, workers);
  }

  /**
   * Computes the hidden states that enter the first block.
   *
   * @param ids T token ids, each from 0 to V − 1
   * @param hidden receives {@code [T, W]}
   */
  public void embed(int[] ids, float[] hidden) {
    new Embedding(recipe, weights).embed(ids, 0, hidden);
  }

  /**
   * Loads all weights into memory.
   *
   * @param values the type of the packed weights
   * @param workers the threads to use, to be closed after the result
   * @return a decoder that reads sequences token by token, to be closed
   */
  public ResidentDecoder load(ValueType values, Workers workers) {
    return new ResidentDecoder(recipe, weights, values, workers);
  }

  /**
   * Opens the output head, which the recipe must have.
   *
   * @param workers the threads to use
   * @return the head, to be closed
   */
  public Head head(Workers workers) {
    return new Head(recipe, weights, workers);
  }

  /**
   * Returns the cost of a forward pass through all blocks: every weight that a token passes, once
   * per token, plus two products per visible pair of query and key.
   *
   * @param tokens T
   * @return multiply-adds
   */
  public double multiplyAdds(int tokens) {
    double weights = 0;
    double attention = 0;
    for (int i = 0; i < recipe.blocks(); i++) {
      BlockRecipe block = recipe.block().apply(i);
      weights += block.activeWeights(recipe.width());
      AttentionShape shape = block.attention().shape();
      attention += 2.0 * shape.queryWidth() * shape.visiblePairs(tokens);
    }
    return tokens * weights + attention;
  }

  /**
   * Returns the share of the tokens that reach a linear if they are spread evenly over the experts.
   *
   * @param block one of the blocks
   * @param linear one of its linears
   * @return k / E for a linear of one of E experts of which a token passes k, 1 for any other
   */
  public double shareOfTokens(Block block, Linear linear) {
    return recipe.block().apply(blocks.indexOf(block)).mlp() instanceof MoeRecipe m
            && m.isRouted(linear)
        ? (double) m.router().active() / m.experts().size()
        : 1;
  }

  /**
   * Returns the native memory of the largest open block and one workspace.
   *
   * @param tokens T of the longest sequence
   * @param threads the number of threads
   * @return bytes
   */
  public long bytesOfOneBlock(int tokens, int threads) {
    long weights =
        IntStream.range(0, recipe.blocks())
            .mapToLong(i -> recipe.block().apply(i).weights(recipe.width()))
            .max()
            .orElseThrow();
    return Float.BYTES * (weights + Workspace.floats(recipe, tokens, threads));
  }

  /** Frees the workspaces. */
  @Override
  public void close() {
    workspaces.close();
  }
}
