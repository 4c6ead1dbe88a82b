package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * An affine map of rows, {@code y = W x + b} with {@code W [outputs, inputs]}. Implementations
 * decide how W is stored and multiplied.
 *
 * <p>The product and the bias are two steps, because every caller copies the product's rows to the
 * heap anyway: adding the bias there saves a pass over native memory.
 *
 * <p>Implementations are immutable during a forward pass and may be used by several threads.
 */
interface Projection {
  /** Returns the length of y. */
  int outputs();

  /** Returns b, {@code [outputs]}, or null without a bias. */
  float @Nullable [] bias();

  /**
   * Computes {@code y[yRow + i] = W x[xRow + i]} for i below {@code rows}, without the bias.
   *
   * @param x {@code [.., inputs]}
   * @param xRow the first row of x
   * @param y {@code [.., at least outputs]}
   * @param yRow the first row of y
   * @param rows the number of rows, at least 1
   */
  void multiply(Matrix x, int xRow, Matrix y, int yRow, int rows);

  /**
   * Copies a row of a product to the heap and adds the bias.
   *
   * @param product filled by {@link #multiply}
   * @param row the row of the product
   * @param y receives {@code [outputs]}
   */
  default void readRow(Matrix product, int row, float[] y) {
    product.read(row, y, outputs());
    float[] b = bias();
    if (b != null) {
      for (int j = 0; j < b.length; j++) {
        y[j] += b[j];
      }
    }
  }
}
