package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ConjugateGradients;
import io.github.owlprune.pruning.OutputErrors;

/** Pruned weights that are fitted in turn; the one of the lowest output error stays. */
final class Candidates {
  private final Matrix dense;
  private final Matrix best;
  private final ConjugateGradients refit;
  private final OutputErrors errors;
  private final Workers workers;
  private String by = "";
  private double lowest = Double.POSITIVE_INFINITY;

  /**
   * None yet.
   *
   * @param dense the weight as it was
   * @param best takes the best candidate
   */
  Candidates(
      Matrix dense, Matrix best, ConjugateGradients refit, OutputErrors errors, Workers workers) {
    this.dense = dense;
    this.best = best;
    this.refit = refit;
    this.errors = errors;
    this.workers = workers;
  }

  /**
   * Fits a candidate, and keeps it if its error is the lowest.
   *
   * @param name who chose its weights
   * @param pruned fitted in place; copied if kept
   * @return its output error
   */
  double offer(String name, Matrix pruned) {
    refit.fit(dense, pruned, workers);
    double error = errors.after(name, pruned).relative();
    if (error < lowest) {
      lowest = error;
      by = name;
      best.array().assign(pruned.array());
    }
    return error;
  }

  /** Who chose the weights that are kept. */
  String by() {
    return by;
  }

  /** The output error of those that are kept. */
  double lowest() {
    return lowest;
  }
}
