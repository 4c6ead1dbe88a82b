package io.github.owlprune.models.decoder;

import org.jspecify.annotations.Nullable;

/**
 * The residual connection around attention or MLP f: {@code x ← postNorm(x + multiplier ·
 * outputNorm(f(inputNorm(x))))}.
 *
 * @param width W
 * @param inputNorm norm of f's input
 * @param outputNorm norm of f's output, null for none
 * @param multiplier a factor for f's normed output
 * @param postNorm norm applied after the residual addition, null for none
 */
record Residual(
    int width,
    Norm inputNorm,
    @Nullable Norm outputNorm,
    float multiplier,
    @Nullable Norm postNorm) {
  /**
   * Computes {@code y = postNorm(x + multiplier · outputNorm(output))}.
   *
   * @param output f's output row, {@code [W]}; overwritten
   * @param x holds the row x, {@code [W]}
   * @param xOffset the index of its first value
   * @param y receives the result, {@code [W]}; may be {@code output} at offset 0
   * @param yOffset the index of its first value
   */
  void add(float[] output, float[] x, int xOffset, float[] y, int yOffset) {
    if (outputNorm != null) {
      outputNorm.normalize(output, 0, output, 0);
    }
    if (multiplier != 1) {
      for (int j = 0; j < width; j++) {
        output[j] *= multiplier;
      }
    }
    for (int j = 0; j < width; j++) {
      y[yOffset + j] = output[j] + x[xOffset + j];
    }
    if (postNorm != null) {
      postNorm.normalize(y, yOffset, y, yOffset);
    }
  }
}
