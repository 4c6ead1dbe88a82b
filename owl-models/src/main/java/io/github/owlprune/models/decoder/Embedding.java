package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/** Computes the first hidden states, {@code x = norm(scale · P e(id) + p(position + offset))}. */
final class Embedding {
  private final EmbeddingRecipe recipe;
  private final WeightStore weights;
  private final int width; // W

  Embedding(DecoderRecipe recipe, WeightStore weights) {
    this.recipe = recipe.embedding();
    this.weights = weights;
    this.width = recipe.width();
  }

  /** Fills {@code hidden [T, W]} with the embeddings of T token ids from a position on. */
  void embed(int[] ids, int firstPosition, float[] hidden) {
    if (recipe.projection() == null) {
      float[] row = new float[width]; // [W]
      for (int t = 0; t < ids.length; t++) {
        readEmbedding(ids[t], row);
        System.arraycopy(row, 0, hidden, t * width, width);
      }
    } else {
      embedProjected(recipe.projection(), ids, hidden);
    }
    if (recipe.positions() != null) {
      addPositions(recipe.positions(), firstPosition, ids.length, hidden);
    }
    if (recipe.norm() != null) {
      Norm norm = weights.norm(recipe.norm(), width);
      for (int t = 0; t < ids.length; t++) {
        norm.normalize(hidden, t * width, hidden, t * width);
      }
    }
  }

  private void readEmbedding(int id, float[] row) {
    weights.read(recipe.tensor(), (long) id * recipe.width(), row, recipe.width());
    float scale = recipe.scale();
    for (int j = 0; j < recipe.width(); j++) {
      row[j] *= scale;
    }
  }

  private void embedProjected(String tensor, int[] ids, float[] hidden) {
    try (Matrix embeddings = Matrix.allocate(ids.length, recipe.width()); // [T, E]
        Matrix projected = Matrix.allocate(ids.length, width); // [T, W]
        Matrix projection = Matrix.allocate(width, recipe.width())) { // P, [W, E]
      weights.load(tensor, 0, projection);
      float[] row = new float[recipe.width()]; // [E]
      for (int t = 0; t < ids.length; t++) {
        readEmbedding(ids[t], row);
        embeddings.write(t, row);
      }
      new DenseProjection(projection, null).multiply(embeddings, 0, projected, 0, ids.length);
      for (int t = 0; t < ids.length; t++) {
        projected.read(t, hidden, t * width, width);
      }
    }
  }

  private void addPositions(String tensor, int firstPosition, int tokens, float[] hidden) {
    float[] row = new float[width]; // [W]
    for (int t = 0; t < tokens; t++) {
      weights.read(tensor, (long) (firstPosition + t + recipe.offset()) * width, row, width);
      for (int j = 0; j < width; j++) {
        hidden[t * width + j] += row[j];
      }
    }
  }
}
