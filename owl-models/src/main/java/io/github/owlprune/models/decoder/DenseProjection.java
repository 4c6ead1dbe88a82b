package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/** Multiplies by a dense float32 matrix with OpenBLAS. */
final class DenseProjection implements Projection {
  private final Matrix weight; // W, [outputs, inputs]
  private final float @Nullable [] bias; // b, [outputs]

  DenseProjection(Matrix weight, float @Nullable [] bias) {
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  public int outputs() {
    return weight.rows();
  }

  @Override
  public float @Nullable [] bias() {
    return bias;
  }

  @Override
  public void multiply(Matrix x, int xRow, Matrix y, int yRow, int rows) {
    Gemm.abt(
        rows,
        weight.rows(),
        weight.columns(),
        new Gemm.Tile(x, xRow, 0),
        new Gemm.Tile(weight, 0, 0),
        new Gemm.Tile(y, yRow, 0));
  }
}
