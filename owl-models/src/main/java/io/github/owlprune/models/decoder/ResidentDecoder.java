package io.github.owlprune.models.decoder;

import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.linalg.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder with all weights in memory, for models that generate. Several sequences may be read at
 * the same time, each by a thread of its own.
 */
public final class ResidentDecoder implements AutoCloseable {
  private final DecoderRecipe recipe;
  private final WorkspacePool workspaces;
  private final Embedding embedding;
  private final PackedProducts products;
  private final List<BlockParts> parts = new ArrayList<>();
  private final List<BlockPass> blocks = new ArrayList<>();
  private final ResidentHead head;

  /**
   * Loads all weights.
   *
   * @param recipe sizes, parts and tensor names
   * @param store the source of the weights
   * @param values the type of the packed weights
   * @param workers the threads to use; closed by the caller after this
   */
  ResidentDecoder(DecoderRecipe recipe, WeightStore store, ValueType values, Workers workers) {
    this.recipe = recipe;
    this.workspaces = new WorkspacePool(recipe);
    this.embedding = new Embedding(recipe, store);
    this.products = new PackedProducts(workers.threads());
    PackedWeights weights = new PackedWeights(store, values, products);
    for (int i = 0; i < recipe.blocks(); i++) {
      BlockRecipe block = recipe.block().apply(i);
      BlockParts loaded =
          new BlockParts(block, recipe.width(), store, l -> weights.projection(block, l));
      parts.add(loaded);
      blocks.add(new BlockPass(block, recipe.width(), loaded, workspaces, workers));
    }
    this.head = new ResidentHead(recipe, store, weights);
  }

  /**
   * Starts a sequence.
   *
   * @return a sequence without tokens, to be closed
   */
  public ResidentSequence start() {
    return new ResidentSequence(recipe, embedding, blocks, head);
  }

  /**
   * Returns the sizes and parts.
   *
   * @return the recipe
   */
  public DecoderRecipe recipe() {
    return recipe;
  }

  /**
   * Returns the name of the kernels that multiply by the packed weights.
   *
   * @return for example {@code vector-512} or {@code plain}
   */
  public String kernels() {
    return products.kernels();
  }

  /** Frees the weights; no sequence may be read any more. */
  @Override
  public void close() {
    parts.forEach(BlockParts::close);
    head.close();
    products.close();
    workspaces.close();
  }
}
