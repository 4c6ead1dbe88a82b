package io.github.owlprune.models.decoder;

import io.github.owlprune.kernels.PackedMatrix;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies by a packed weight: a few rows as row products, which read the packed form; many rows
 * by OpenBLAS, a tile of the weight unpacked at a time.
 */
final class PackedProjection implements Projection {
  private final PackedMatrix weight; // W, [outputs, inputs]
  private final float @Nullable [] bias; // b, [outputs]
  private final PackedProducts products;

  PackedProjection(PackedMatrix weight, float @Nullable [] bias, PackedProducts products) {
    this.weight = weight;
    this.bias = bias;
    this.products = products;
  }

  @Override
  public int outputs() {
    return weight.outputs();
  }

  @Override
  public float @Nullable [] bias() {
    return bias;
  }

  @Override
  public void multiply(Matrix x, int xRow, Matrix y, int yRow, int rows) {
    try (PackedProducts.Buffers buffers = products.borrow()) {
      if (rows <= PackedProducts.FEW) {
        multiplyFew(x, xRow, y, yRow, rows, buffers);
      } else {
        multiplyMany(x, xRow, y, yRow, rows, buffers);
      }
    }
  }

  private void multiplyFew(
      Matrix x, int xRow, Matrix y, int yRow, int rows, PackedProducts.Buffers buffers) {
    int inputs = weight.inputs();
    int outputs = weight.outputs();
    float[] from = buffers.inputs(rows * inputs); // [rows, inputs]
    float[] to = buffers.outputs(rows * outputs); // [rows, outputs]
    for (int r = 0; r < rows; r++) {
      x.read(xRow + r, from, r * inputs, inputs);
    }
    products.multiply(weight, from, rows, to);
    for (int r = 0; r < rows; r++) {
      y.write(yRow + r, to, r * outputs, outputs);
    }
  }

  private void multiplyMany(
      Matrix x, int xRow, Matrix y, int yRow, int rows, PackedProducts.Buffers buffers) {
    int inputs = weight.inputs();
    Matrix tile = buffers.tile(inputs); // [some outputs, inputs]
    float[] row = buffers.inputs(inputs);
    for (int from = 0; from < weight.outputs(); from += tile.rows()) {
      int count = Math.min(tile.rows(), weight.outputs() - from);
      for (int r = 0; r < count; r++) {
        weight.unpackRow(from + r, row);
        tile.write(r, row, inputs);
      }
      Gemm.abt(
          rows,
          count,
          inputs,
          new Gemm.Tile(x, xRow, 0),
          new Gemm.Tile(tile, 0, 0),
          new Gemm.Tile(y, yRow, from));
    }
  }
}
