package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;

/** The square of U on its diagonal that belongs to a block of columns, on the heap. */
final class FactorBlock {
  final int from;
  final int width;
  final float[][] rows;
  private final float[] inverse;

  FactorBlock(Matrix u, int from, int width) {
    this.from = from;
    this.width = width;
    this.rows = new float[width][width];
    this.inverse = new float[width];
    for (int j = 0; j < width; j++) {
      u.read(from + j, from, rows[j], width);
      inverse[j] = 1 / rows[j][j];
    }
  }

  /** {@code |w| / U_jj}, which orders as its square does. */
  void score(float[] weights, float[] scores) {
    for (int j = 0; j < width; j++) {
      scores[j] = Math.abs(weights[j]) * inverse[j];
    }
  }

  /** {@code w / U_jj}. */
  float error(float weight, int j) {
    return weight * inverse[j];
  }
}
