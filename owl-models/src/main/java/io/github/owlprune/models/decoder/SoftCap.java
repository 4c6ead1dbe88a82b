package io.github.owlprune.models.decoder;

/**
 * Keeps values within ±cap: {@code y = cap · tanh(x / cap)} (Gemma 2, arXiv 2408.00118, section 2).
 *
 * @param cap the bound, a positive number
 */
public record SoftCap(float cap) implements ScoreChange {
  /** The largest |2x / cap| whose hyperbolic tangent differs from ±1 in float. */
  private static final double LIMIT = 20;

  @Override
  public void apply(float[] scores, int count, int head, int firstKey) {
    apply(scores, count);
  }

  /** Replaces the first {@code count} values x by {@code cap · (1 − 2 / (exp(2x / cap) + 1))}. */
  void apply(float[] row, int count) {
    double twice = 2.0 / cap;
    for (int i = 0; i < count; i++) {
      double x = Math.min(Math.max(twice * row[i], -LIMIT), LIMIT);
      row[i] = (float) (cap * (1 - 2 / (Exponential.precise(x) + 1)));
    }
  }
}
