package io.github.owlprune.model;

/** The loss of a {@link LossModel} with its weights in memory. Used by one thread at a time. */
public interface OpenLoss extends AutoCloseable {
  /**
   * Computes the mean loss over a sequence: for a language model the mean of {@code −ln p(next
   * token)}.
   *
   * @param sequence the token ids that the states were computed from
   * @param hidden the hidden states {@code [tokens, width]} as they left the last block, row-major;
   *     not changed
   * @return the mean loss, lower is better; in nats for a language model
   * @throws ArithmeticException if the states hold NaN or infinity
   */
  double mean(int[] sequence, float[] hidden);

  /** Releases the weights. */
  @Override
  void close();
}
