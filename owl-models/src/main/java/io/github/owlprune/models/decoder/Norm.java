package io.github.owlprune.models.decoder;

/** A normalisation of one token's row. */
interface Norm {
  /**
   * Normalises a row of W values.
   *
   * @param hidden holds the row
   * @param offset where it begins
   * @param into takes W values
   */
  void apply(float[] hidden, int offset, float[] into);
}
