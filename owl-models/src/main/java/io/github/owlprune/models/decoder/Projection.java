package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/** {@code y = W x + b} on the rows of a matrix. */
final class Projection {
  private final Matrix weight; // W, [outputs, inputs]
  private final float @Nullable [] bias; // b, [outputs]

  Projection(Matrix weight, float @Nullable [] bias) {
    this.weight = weight;
    this.bias = bias;
  }

  int outputs() {
    return weight.rows();
  }

  boolean hasBias() {
    return bias != null;
  }

  /** {@code to[toRow…, outputs] = from[fromRow…, inputs] · Wᵀ}; the bias is left to the reader. */
  void multiply(Matrix from, int fromRow, Matrix to, int toRow, int rows) {
    Gemm.abt(
        rows,
        weight.rows(),
        weight.columns(),
        new Gemm.Tile(from, fromRow, 0),
        new Gemm.Tile(weight, 0, 0),
        new Gemm.Tile(to, toRow, 0));
  }

  /** Copies a row of a product to the heap and adds the bias. */
  void read(Matrix product, int row, float[] into) {
    product.read(row, into, outputs());
    if (bias != null) {
      for (int j = 0; j < bias.length; j++) {
        into[j] += bias[j];
      }
    }
  }
}
