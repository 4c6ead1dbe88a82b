package io.github.owlprune.models.decoder;

/** Computes {@code y_j = g_j · x_j / sqrt(mean(x²) + ε)} (arXiv 1910.07467, equation 4). */
final class RmsNorm implements Norm {
  private final float[] gain; // g, [width]
  private final double epsilon; // ε

  RmsNorm(float[] gain, double epsilon) {
    this.gain = gain;
    this.epsilon = epsilon;
  }

  @Override
  public void normalize(float[] x, int xOffset, float[] y, int yOffset) {
    // Four independent sums, so that additions do not wait for each other.
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 3 < gain.length; j += 4) {
      double x0 = x[xOffset + j];
      double x1 = x[xOffset + j + 1];
      double x2 = x[xOffset + j + 2];
      double x3 = x[xOffset + j + 3];
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
    }
    for (; j < gain.length; j++) {
      s0 += (double) x[xOffset + j] * x[xOffset + j];
    }
    float scale = (float) (1 / Math.sqrt((s0 + s1 + s2 + s3) / gain.length + epsilon));
    for (int i = 0; i < gain.length; i++) {
      y[yOffset + i] = x[xOffset + i] * scale * gain[i];
    }
  }
}
