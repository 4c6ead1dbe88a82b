package io.github.owlprune.models.decoder;

/**
 * A factor of queries that grows with their position p: {@code 1 + β ln(1 + floor(p / period))}.
 * Mistral's third Ministral models use it beyond the length of their first training.
 *
 * @param beta β, at least 0
 * @param period the number of positions with the same factor, at least 1
 */
public record QueryScale(double beta, int period) {
  /** Returns the factor of the query at a position. */
  float factor(int position) {
    return (float) (1 + beta * Math.log(1 + position / period));
  }
}
