package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ConjugateGradients;

/**
 * Pruned weights that are fitted in turn; the one of the lowest {@code tr(D H Dᵀ)} stays, D being
 * what it takes from the dense weight. Those that come later are given up as soon as some of their
 * rows alone have more.
 */
final class Candidates {
  private final Matrix dense;
  private final Matrix best;
  private final ConjugateGradients refit;
  private final Workers workers;
  private final double first;
  private double lowest;
  private String by = "ADMM";

  /**
   * Fits the first.
   *
   * @param dense the weight as it was
   * @param best ADMM's choice, which is fitted in place; later the best candidate
   */
  Candidates(Matrix dense, Matrix best, ConjugateGradients refit, Workers workers) {
    this.dense = dense;
    this.best = best;
    this.refit = refit;
    this.workers = workers;
    this.first = refit.fit(dense, best, Double.POSITIVE_INFINITY, workers);
    this.lowest = first;
  }

  /**
   * Fits a candidate, and keeps it if it is the best so far.
   *
   * @param name who chose its weights
   * @param pruned fitted in place; copied if kept
   */
  void offer(String name, Matrix pruned) {
    double lost = refit.fit(dense, pruned, lowest, workers);
    if (lost < lowest) {
      lowest = lost;
      by = name;
      best.array().assign(pruned.array());
    }
  }

  /** Who chose the weights that are kept. */
  String by() {
    return by;
  }

  /** What is lost with those that are kept. */
  double lowest() {
    return lowest;
  }

  /** What is lost with ADMM's. */
  double first() {
    return first;
  }
}
