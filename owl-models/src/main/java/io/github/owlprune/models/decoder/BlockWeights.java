package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Linear;
import java.util.Map;

/** The weights of one block's linears as dense matrices, which can be changed and saved. */
final class BlockWeights implements AutoCloseable {
  private final BlockRecipe recipe;
  private final WeightStore store;
  private final Map<String, Matrix> matrices; // W [outputs, inputs] by the linears' names

  /** Loads a block's weights. */
  BlockWeights(BlockRecipe recipe, WeightStore store) {
    this.recipe = recipe;
    this.store = store;
    this.matrices = store.load(recipe);
  }

  /** Returns the projection of a linear, over its matrix. */
  Projection projection(LinearRecipe l) {
    return new DenseProjection(matrix(l.linear()), store.bias(l));
  }

  /**
   * Returns a linear's weight, {@code [outputs, inputs]}.
   *
   * @throws IllegalArgumentException if the block has no such linear
   */
  Matrix matrix(Linear linear) {
    Matrix matrix = matrices.get(linear.name());
    if (matrix == null) {
      throw new IllegalArgumentException(
          recipe.name()
              + " has no linear "
              + linear.name()
              + "; its linears are "
              + matrices.keySet());
    }
    return matrix;
  }

  /** Writes the weights to the checkpoint, and rounds them in place to the checkpoint's type. */
  void save() {
    store.save(recipe, matrices);
  }

  @Override
  public void close() {
    matrices.values().forEach(Matrix::close);
  }
}
