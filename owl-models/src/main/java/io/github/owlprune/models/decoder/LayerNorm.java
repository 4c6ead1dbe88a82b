package io.github.owlprune.models.decoder;

/**
 * Computes {@code y_j = g_j · (x_j − mean(x)) / sqrt(variance(x) + ε) + b_j} (arXiv 1607.06450).
 */
final class LayerNorm implements Norm {
  private final float[] gain; // g, [width]
  private final float[] bias; // b, [width]
  private final double epsilon; // ε

  LayerNorm(float[] gain, float[] bias, double epsilon) {
    this.gain = gain;
    this.bias = bias;
    this.epsilon = epsilon;
  }

  @Override
  public void normalize(float[] x, int xOffset, float[] y, int yOffset) {
    int width = gain.length;
    // Two independent sums, so that additions do not wait for each other.
    double s0 = 0;
    double s1 = 0;
    int j = 0;
    for (; j + 1 < width; j += 2) {
      s0 += x[xOffset + j];
      s1 += x[xOffset + j + 1];
    }
    for (; j < width; j++) {
      s0 += x[xOffset + j];
    }
    double mean = (s0 + s1) / width;
    s0 = 0;
    s1 = 0;
    for (j = 0; j + 1 < width; j += 2) {
      double x0 = x[xOffset + j] - mean;
      double x1 = x[xOffset + j + 1] - mean;
      s0 += x0 * x0;
      s1 += x1 * x1;
    }
    for (; j < width; j++) {
      double x0 = x[xOffset + j] - mean;
      s0 += x0 * x0;
    }
    float scale = (float) (1 / Math.sqrt((s0 + s1) / width + epsilon));
    float centre = (float) mean;
    for (int i = 0; i < width; i++) {
      y[yOffset + i] = (x[xOffset + i] - centre) * scale * gain[i] + bias[i];
    }
  }
}
