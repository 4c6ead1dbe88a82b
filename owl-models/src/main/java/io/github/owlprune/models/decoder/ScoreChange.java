package io.github.owlprune.models.decoder;

/** What happens to attention scores between the product {@code scale · q · k} and the softmax. */
public sealed interface ScoreChange permits Alibi, SoftCap {
  /**
   * Changes the scores of one query in place.
   *
   * @param scores holds the scores of consecutive keys
   * @param count the number of scores
   * @param head the query's head
   * @param firstKey the position of the first key
   */
  void apply(float[] scores, int count, int head, int firstKey);
}
