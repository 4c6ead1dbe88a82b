package io.github.owlprune.models.decoder;

import org.jspecify.annotations.Nullable;

/**
 * The way around attention or MLP f: {@code x ← sum(x + after(f(before(x))))}.
 *
 * @param width W
 * @param before of what f reads
 * @param after of what f gives, null for none
 * @param sum of what goes on, null for none
 */
record Residual(int width, Norm before, @Nullable Norm after, @Nullable Norm sum) {
  /**
   * Adds what f gave.
   *
   * @param given f's row, {@code [W]}; used up
   * @param x holds the row that f read the norm of
   * @param offset where that begins
   * @param into takes {@code sum(x + after(given))}; may be {@code given} at 0
   * @param at where it begins
   */
  void add(float[] given, float[] x, int offset, float[] into, int at) {
    if (after != null) {
      after.apply(given, 0, given, 0);
    }
    for (int j = 0; j < width; j++) {
      into[at + j] = given[j] + x[offset + j];
    }
    if (sum != null) {
      sum.apply(into, at, into, at);
    }
  }
}
