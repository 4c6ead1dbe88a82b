package io.github.owlprune.models.decoder;

/** The activation function f of an MLP, in loops that the JVM vectorises. */
public enum Activation {
  /** Computes {@code x / (1 + exp(−x))} (arXiv 1702.03118). */
  SILU {
    @Override
    void activate(float[] row, int count) {
      for (int i = 0; i < count; i++) {
        float x = row[i];
        row[i] = x / (1f + Exponential.clamped(-x));
      }
    }
  },
  /** Computes {@code max(x, 0)}. */
  RELU {
    @Override
    void activate(float[] row, int count) {
      for (int i = 0; i < count; i++) {
        row[i] = Math.max(row[i], 0f);
      }
    }
  },
  /**
   * Computes {@code x Φ(x)} (arXiv 1606.08415) as {@code max(x, 0) − |x| Φ(−|x|)}. The tail of the
   * normal distribution is {@code Φ(−|x|) = ½ (a₁t + … + a₅t⁵) exp(−x²/2)} with {@code t = 1/(1 +
   * p|x|/√2)} (Abramowitz and Stegun 7.1.26), with an absolute error below 7.5e-8.
   */
  GELU {
    @Override
    void activate(float[] row, int count) {
      for (int i = 0; i < count; i++) {
        float x = row[i];
        float size = Math.abs(x);
        float t = 1f / (1f + 0.23164189f * size); // p/√2
        float tail =
            ((((0.5307027f * t - 0.72657603f) * t + 0.7107069f) * t - 0.14224836f) * t + 0.1274148f)
                * t;
        row[i] = Math.max(x, 0f) - size * (tail * Exponential.clamped(-0.5f * x * x));
      }
    }
  },
  /**
   * Computes {@code ½ x (1 + tanh u)} with {@code u = √(2/π) (x + 0.044715 x³)} as {@code x / (1 +
   * exp(−2u))}: the approximation of GELU known as gelu_new, gelu_fast and gelu_pytorch_tanh.
   */
  GELU_TANH {
    @Override
    void activate(float[] row, int count) {
      for (int i = 0; i < count; i++) {
        float x = row[i];
        float minusTwoU = -1.5957692f * (x + 0.044715f * x * x * x);
        row[i] = x / (1f + Exponential.clamped(minusTwoU));
      }
    }
  };

  /** Replaces the first {@code count} values x by {@code f(x)}. */
  abstract void activate(float[] row, int count);
}
