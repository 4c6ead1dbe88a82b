package io.github.owlprune.model;

/**
 * A model that can say how well its last hidden states do what it was made for. Only measurements
 * that compare pruned models with each other need it; everything else works with any {@link Model}.
 */
public interface LossModel extends Model {
  /**
   * Loads what turns final states into a loss, such as a language model's head.
   *
   * @param workers the threads that it may use until it is closed
   * @return the loss, to be closed when all states were judged
   */
  OpenLoss openLoss(Workers workers);
}
