package io.github.owlprune.models.decoder;

/** A normalisation of one token's row, or of one head of it. */
interface Norm {
  /**
   * Normalises as many values as the norm is wide.
   *
   * @param hidden holds the values
   * @param offset where they begin
   * @param into takes the result; may be {@code hidden} itself, at the same place
   * @param at where the result begins
   */
  void apply(float[] hidden, int offset, float[] into, int at);
}
