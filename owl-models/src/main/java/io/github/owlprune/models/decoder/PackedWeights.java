package io.github.owlprune.models.decoder;

import io.github.owlprune.kernels.PackedMatrix;
import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.linalg.Matrix;

/**
 * Packs a model's weights as they are read: dense or as a bitmask, whichever is smaller.
 *
 * @param store the source of the weights
 * @param values the type of the packed values
 * @param products multiplies by them
 */
record PackedWeights(WeightStore store, ValueType values, PackedProducts products) {
  /** The columns that share a scale of int8 values. */
  private static final int GROUP = 64;

  /** Returns the projection of a block's linear. */
  Projection projection(BlockRecipe block, LinearRecipe l) {
    try (Matrix weight = store.load(block, l)) {
      PackedMatrix packed =
          PackedMatrix.pack(weight.rows(), weight.columns(), values, group(), weight::read);
      return new PackedProjection(packed, store.bias(l), products);
    }
  }

  /** Returns the projection of a whole tensor {@code [outputs, inputs]}, without a bias. */
  Projection projection(String tensor, int outputs, int inputs) {
    PackedMatrix packed =
        PackedMatrix.pack(
            outputs,
            inputs,
            values,
            group(),
            (row, into) -> store.read(tensor, (long) row * inputs, into, inputs));
    return new PackedProjection(packed, null, products);
  }

  private int group() {
    return values == ValueType.INT8 ? GROUP : 0;
  }
}
