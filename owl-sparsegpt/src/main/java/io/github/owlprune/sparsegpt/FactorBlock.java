package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;

/** The square diagonal block of U for a block of columns, copied to the heap. */
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

  /** Computes {@code |w| / U_jj}, which gives the same order as its square. */
  void score(float[] weights, float[] scores) {
    for (int j = 0; j < width; j++) {
      scores[j] = Math.abs(weights[j]) * inverse[j];
    }
  }

  /** Returns {@code w / U_jj}. */
  float error(float weight, int j) {
    return weight * inverse[j];
  }
}
