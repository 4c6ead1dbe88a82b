package io.github.owlprune.models.decoder;

/** {@code y_j = g_j · x_j / sqrt(mean(x²) + ε)} (arXiv 1910.07467). */
final class RmsNorm implements Norm {
  private final float[] gain; // g, [W]
  private final double epsilon;

  RmsNorm(float[] gain, double epsilon) {
    this.gain = gain;
    this.epsilon = epsilon;
  }

  @Override
  public void apply(float[] hidden, int offset, float[] into, int at) {
    // Four sums, so that an addition need not wait for the one before it.
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 3 < gain.length; j += 4) {
      double x0 = hidden[offset + j];
      double x1 = hidden[offset + j + 1];
      double x2 = hidden[offset + j + 2];
      double x3 = hidden[offset + j + 3];
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
    }
    for (; j < gain.length; j++) {
      s0 += (double) hidden[offset + j] * hidden[offset + j];
    }
    float scale = (float) (1 / Math.sqrt((s0 + s1 + s2 + s3) / gain.length + epsilon));
    for (int i = 0; i < gain.length; i++) {
      into[at + i] = hidden[offset + i] * scale * gain[i];
    }
  }
}
