package io.github.owlprune.model;

/** A {@link LossModel}'s loss with its weights in memory. One thread calls it. */
public interface OpenLoss extends AutoCloseable {
  /**
   * The mean loss over a sequence: for a language model the mean of {@code −ln p(next token)}.
   *
   * @param sequence what the states were made from
   * @param hidden the hidden states {@code [tokens, width]} as they left the last block, row-major;
   *     not changed
   * @return the lower the better; in nats for a language model
   * @throws ArithmeticException if the states hold NaN or infinity
   */
  double mean(int[] sequence, float[] hidden);

  /** Releases the weights. */
  @Override
  void close();
}
