package io.github.owlprune.pruning;

/** Statistics that have a Hessian among them, so that nobody else need gather it again. */
public interface WithHessian extends InputStatistics {
  /**
   * The Hessian of the input.
   *
   * @return the one and same at every call
   */
  Hessian hessian();
}
