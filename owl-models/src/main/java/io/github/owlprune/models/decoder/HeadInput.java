package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import org.jspecify.annotations.Nullable;

/** Computes what the vocabulary matrix multiplies, {@code P norm(x)}, or {@code norm(x)}. */
final class HeadInput implements AutoCloseable {
  private final int width; // W
  private final Norm norm;
  private final @Nullable Matrix projectionWeight; // P, [E, W]
  private final @Nullable Projection projection;

  HeadInput(DecoderRecipe recipe, WeightStore weights) {
    HeadRecipe head = recipe.head();
    this.width = recipe.width();
    this.norm = head.norm() == null ? new IdentityNorm(width) : weights.norm(head.norm(), width);
    if (head.projection() == null) {
      this.projectionWeight = null;
      this.projection = null;
    } else {
      this.projectionWeight = Matrix.allocate(head.width(), width);
      weights.load(head.projection(), 0, projectionWeight);
      this.projection = new DenseProjection(projectionWeight, null);
    }
  }

  /** The buffers of one caller. */
  static final class Buffer implements AutoCloseable {
    private final float[] row; // [W]
    private final Matrix normed; // [rows, W]
    private final Matrix output; // [rows, E]; the same matrix as normed without a projection

    private Buffer(int rows, int width, @Nullable Projection projection) {
      row = new float[width];
      normed = Matrix.allocate(rows, width);
      output = projection == null ? normed : Matrix.allocate(rows, projection.outputs());
    }

    /** Returns the result, {@code [rows, E]}. */
    Matrix output() {
      return output;
    }

    @Override
    public void close() {
      if (output != normed) {
        output.close();
      }
      normed.close();
    }
  }

  /** Allocates buffers for a number of rows. */
  Buffer allocate(int rows) {
    return new Buffer(rows, width, projection);
  }

  /**
   * Computes rows of {@link Buffer#output}.
   *
   * @param hidden hidden states {@code [tokens, W]} after the last block
   * @param from the first token
   * @param rows the number of tokens, at most the buffer's rows
   * @param buffer receives them from row 0 on
   */
  void compute(float[] hidden, int from, int rows, Buffer buffer) {
    // final norm
    for (int t = 0; t < rows; t++) {
      norm.normalize(hidden, (from + t) * width, buffer.row, 0);
      buffer.normed.write(t, buffer.row);
    }
    // projection
    if (projection != null) {
      projection.multiply(buffer.normed, 0, buffer.output, 0, rows);
    }
  }

  @Override
  public void close() {
    if (projectionWeight != null) {
      projectionWeight.close();
    }
  }
}
