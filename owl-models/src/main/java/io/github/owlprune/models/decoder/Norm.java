package io.github.owlprune.models.decoder;

/** Normalises one token's row, or one head of it. Immutable, so several threads may use it. */
interface Norm {
  /**
   * Computes {@code y = norm(x)} over as many values as the norm is wide.
   *
   * @param x holds the values
   * @param xOffset the index of the first value
   * @param y receives the result; may be {@code x} at the same offset
   * @param yOffset the index of the first result
   */
  void normalize(float[] x, int xOffset, float[] y, int yOffset);
}
