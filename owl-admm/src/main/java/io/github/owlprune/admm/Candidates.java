package io.github.owlprune.admm;

import io.github.owlprune.compress.ConjugateGradients;
import io.github.owlprune.compress.OutputErrors;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import java.util.Arrays;
import java.util.Optional;

/**
 * Fits pruned candidate weights in turn and keeps the one with the lowest output error. Later
 * candidates are abandoned as soon as their projected error is clearly higher.
 */
final class Candidates {
  private static final int STEPS = 15;

  /**
   * Steps for ADMM's choice, whose weights are almost fitted already: these steps lower the error
   * by 0.1 to 0.2 %, and the next nine would lower it by less than 0.1 %.
   */
  private static final int FIRST_STEPS = 6;

  /** Tolerances: the fit and the output error sum float32 values in different orders. */
  private static final double CLEARLY = 1e-3;

  private static final double NOISE = 1e-5;

  private final Matrix dense;
  private final Matrix best;
  private final ConjugateGradients refit;
  private final OutputErrors errors;
  private final Workers workers;
  private final double first;
  private double[] lost; // error of the best candidate, per row
  private double lowest;
  private String by = "ADMM";

  /**
   * Fits the first candidate.
   *
   * @param dense the dense weight
   * @param best ADMM's choice, which is fitted in place; overwritten with better candidates
   */
  Candidates(
      Matrix dense, Matrix best, ConjugateGradients refit, OutputErrors errors, Workers workers) {
    this.dense = dense;
    this.best = best;
    this.refit = refit;
    this.errors = errors;
    this.workers = workers;
    this.lost = refit.fit(dense, best, FIRST_STEPS, workers);
    this.first = errors.after(by, best).relative();
    this.lowest = first;
  }

  /**
   * Fits a candidate and keeps it if it is the best so far.
   *
   * @param name the name of the method that chose its weights
   * @param pruned the candidate, fitted in place; copied if kept
   */
  void offer(String name, Matrix pruned) {
    Optional<double[]> fitted = refit.fitBelow(dense, pruned, STEPS, limits(), workers);
    if (fitted.isEmpty()) {
      return;
    }
    double error = errors.after(name, pruned).relative();
    if (error < lowest) {
      lost = fitted.get();
      lowest = error;
      by = name;
      best.array().assign(pruned.array());
    }
  }

  /** Returns slightly more than the error of the best candidate, per row. */
  private double[] limits() {
    double limit = errors.energy(lowest * (1 + CLEARLY) + NOISE);
    double spare = (limit - Arrays.stream(lost).sum()) / lost.length;
    return Arrays.stream(lost).map(l -> l + spare).toArray();
  }

  /** Returns the name of the method that chose the best candidate. */
  String by() {
    return by;
  }

  /** Returns the relative output error of the best candidate. */
  double lowest() {
    return lowest;
  }

  /** Returns the relative output error of ADMM's choice. */
  double first() {
    return first;
  }
}
