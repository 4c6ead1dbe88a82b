package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import java.util.Objects;

/** The output head with the vocabulary matrix in memory: the logits of one token at a time. */
final class ResidentHead implements AutoCloseable {
  private final HeadInput input;
  private final Projection vocabulary; // W_head, [V, E]
  private final LogitChange change;

  ResidentHead(DecoderRecipe recipe, WeightStore store, PackedWeights weights) {
    HeadRecipe head = recipe.head();
    String tensor = Objects.requireNonNull(head.weight());
    this.input = new HeadInput(recipe, store);
    this.vocabulary = weights.projection(tensor, recipe.vocabulary(), head.width());
    this.change = new LogitChange(head, recipe.vocabulary());
    this.change.load(store, 0, recipe.vocabulary());
  }

  /**
   * Computes the logits after a token.
   *
   * @param hidden hidden states {@code [tokens, W]} after the last block
   * @param token the row to compute
   * @param logits receives {@code [V]}
   */
  void logits(float[] hidden, int token, float[] logits) {
    try (HeadInput.Buffer x = input.allocate(1);
        Matrix products = Matrix.allocate(1, logits.length)) {
      input.compute(hidden, token, 1, x);
      vocabulary.multiply(x.output(), 0, products, 0, 1);
      products.read(0, logits);
      change.apply(logits, logits.length);
    }
  }

  @Override
  public void close() {
    input.close();
  }
}
