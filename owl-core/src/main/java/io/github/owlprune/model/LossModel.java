package io.github.owlprune.model;

import io.github.owlprune.linalg.Workers;

/**
 * A model that can compute a loss from the hidden states that leave its last block. Only
 * measurements that compare pruned models need it; everything else works with any {@link Model}.
 */
public interface LossModel extends Model {
  /**
   * Rejects a computation of losses, before any work is done.
   *
   * @throws IllegalStateException if this model cannot compute one, such as a language model
   *     without an output head
   */
  default void checkLoss() {}

  /**
   * Loads the weights that turn final hidden states into a loss, such as a language model's head.
   *
   * @param workers the threads that it may use until it is closed
   * @return the loss; close it when all states have been evaluated
   * @throws IllegalStateException if {@link #checkLoss} rejects it
   */
  OpenLoss openLoss(Workers workers);
}
