package io.github.owlprune.allocation;

/**
 * What an allocation has to meet.
 *
 * @param sparsity S, the share of zeros over all units together, in [0, 1)
 * @param lambda λ, how far a unit may leave S, at least 0
 * @param mapping how raw sparsities become final ones
 */
public record Target(double sparsity, double lambda, Mapping mapping) {
  /**
   * Checks the numbers.
   *
   * @param sparsity S, the share of zeros over all units together, in [0, 1)
   * @param lambda λ, how far a unit may leave S, at least 0
   * @param mapping how raw sparsities become final ones
   */
  public Target {
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
