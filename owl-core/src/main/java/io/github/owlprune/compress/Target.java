package io.github.owlprune.compress;

/**
 * What an allocation gives a linear. Sparsity is the only kind so far; a strategy rejects the kinds
 * that it cannot meet.
 */
public sealed interface Target permits Sparsity {
  /**
   * Returns the target as a sparsity, for strategies that set weights to zero.
   *
   * @param strategy the name of the strategy, for the message
   * @return the target itself
   * @throws IllegalArgumentException if it is no sparsity
   */
  default Sparsity requireSparsity(String strategy) {
    if (this instanceof Sparsity sparsity) {
      return sparsity;
    }
    throw new IllegalArgumentException(
        strategy + " sets weights to zero and needs a sparsity, but the target is " + this);
  }
}
