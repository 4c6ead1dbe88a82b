package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;

/** Makes the first hidden states of token ids: {@code x = scale · P e(id) + p(position)}. */
final class Embedding {
  private final EmbeddingRecipe recipe;
  private final DecoderWeights weights;
  private final int width; // W

  Embedding(DecoderRecipe recipe, DecoderWeights weights) {
    this.recipe = recipe.embedding();
    this.weights = weights;
    this.width = recipe.width();
  }

  /** Fills {@code [T, W]}. */
  void embed(int[] ids, float[] hidden) {
    if (recipe.projection() == null) {
      float[] row = new float[width];
      for (int t = 0; t < ids.length; t++) {
        lookUp(ids[t], row);
        System.arraycopy(row, 0, hidden, t * width, width);
      }
    } else {
      embedProjected(recipe.projection(), ids, hidden);
    }
    if (recipe.positions() != null) {
      addPositions(recipe.positions(), ids.length, hidden);
    }
  }

  private void lookUp(int id, float[] row) {
    weights.read(recipe.tensor(), (long) id * recipe.width(), row, recipe.width());
    float scale = recipe.scale();
    for (int j = 0; j < recipe.width(); j++) {
      row[j] *= scale;
    }
  }

  private void embedProjected(String tensor, int[] ids, float[] hidden) {
    try (Matrix narrow = Matrix.allocate(ids.length, recipe.width());
        Matrix wide = Matrix.allocate(ids.length, width);
        Matrix projection = Matrix.allocate(width, recipe.width())) {
      weights.load(tensor, 0, projection);
      float[] row = new float[recipe.width()];
      for (int t = 0; t < ids.length; t++) {
        lookUp(ids[t], row);
        narrow.write(t, row);
      }
      new Projection(projection, null).multiply(narrow, 0, wide, 0, ids.length);
      for (int t = 0; t < ids.length; t++) {
        wide.read(t, hidden, t * width, width);
      }
    }
  }

  private void addPositions(String tensor, int tokens, float[] hidden) {
    float[] row = new float[width];
    for (int t = 0; t < tokens; t++) {
      weights.read(tensor, (long) (t + recipe.offset()) * width, row, width);
      for (int j = 0; j < width; j++) {
        hidden[t * width + j] += row[j];
      }
    }
  }
}
