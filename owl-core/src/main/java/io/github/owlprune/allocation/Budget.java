package io.github.owlprune.allocation;

/**
 * The constraints that an allocation must meet.
 *
 * @param sparsity S, the fraction of zeros over all units together, in [0, 1)
 * @param lambda λ, the maximum deviation of a unit from S, in [0, 1)
 * @param mapping the mapping from raw to final sparsities
 */
public record Budget(double sparsity, double lambda, Mapping mapping) {
  /**
   * Checks the ranges.
   *
   * @param sparsity S, the fraction of zeros over all units together, in [0, 1)
   * @param lambda λ, the maximum deviation of a unit from S, in [0, 1)
   * @param mapping the mapping from raw to final sparsities
   */
  public Budget {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "a sparsity of " + sparsity + " was given; it must be at least 0 and below 1");
    }
    if (!(lambda >= 0 && lambda < 1)) {
      throw new IllegalArgumentException(
          "lambda = " + lambda + " was given; it must be at least 0 and below 1 (the paper: 0.08)");
    }
  }
}
