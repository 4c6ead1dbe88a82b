package io.github.owlprune.models.decoder;

/** {@code y_j = g_j · (x_j − mean(x)) / sqrt(variance(x) + ε) + b_j} (arXiv 1607.06450). */
final class LayerNorm implements Norm {
  private final float[] gain; // g, [W]
  private final float[] bias; // b, [W]
  private final double epsilon;

  LayerNorm(float[] gain, float[] bias, double epsilon) {
    this.gain = gain;
    this.bias = bias;
    this.epsilon = epsilon;
  }

  @Override
  public void apply(float[] hidden, int offset, float[] into, int at) {
    int width = gain.length;
    // Two sums, so that an addition need not wait for the one before it.
    double s0 = 0;
    double s1 = 0;
    int j = 0;
    for (; j + 1 < width; j += 2) {
      s0 += hidden[offset + j];
      s1 += hidden[offset + j + 1];
    }
    for (; j < width; j++) {
      s0 += hidden[offset + j];
    }
    double mean = (s0 + s1) / width;
    s0 = 0;
    s1 = 0;
    for (j = 0; j + 1 < width; j += 2) {
      double x0 = hidden[offset + j] - mean;
      double x1 = hidden[offset + j + 1] - mean;
      s0 += x0 * x0;
      s1 += x1 * x1;
    }
    for (; j < width; j++) {
      double x0 = hidden[offset + j] - mean;
      s0 += x0 * x0;
    }
    float scale = (float) (1 / Math.sqrt((s0 + s1) / width + epsilon));
    float centre = (float) mean;
    for (int i = 0; i < width; i++) {
      into[at + i] = (hidden[offset + i] - centre) * scale * gain[i] + bias[i];
    }
  }
}
