package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.ConjugateGradients;
import io.github.owlprune.pruning.OutputErrors;
import java.util.Arrays;
import java.util.Optional;

/**
 * Pruned weights that are fitted in turn; the one of the lowest output error stays. Those that come
 * later are given up as soon as their fit shows that they will lose clearly more.
 */
final class Candidates {
  private static final int STEPS = 15;

  /**
   * For what ADMM chose, whose weights are nearly those of the fit: these steps are worth one or
   * two thousandths of what is lost, and the next nine would be worth less than one.
   */
  private static final int FIRST_STEPS = 6;

  /** The fit's own sums and those of the output error are float32, in other orders. */
  private static final double CLEARLY = 1e-3;

  private static final double NOISE = 1e-5;

  private final Matrix dense;
  private final Matrix best;
  private final ConjugateGradients refit;
  private final OutputErrors errors;
  private final Workers workers;
  private final double first;
  private double[] lost; // by the best, row by row
  private double lowest;
  private String by = "ADMM";

  /**
   * Fits the first.
   *
   * @param dense the weight as it was
   * @param best ADMM's choice, which is fitted in place; later the best candidate
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
   * Fits a candidate, and keeps it if it is the best so far.
   *
   * @param name who chose its weights
   * @param pruned fitted in place; copied if kept
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

  /** A little more than the best loses, row by row. */
  private double[] limits() {
    double limit = errors.energy(lowest * (1 + CLEARLY) + NOISE);
    double spare = (limit - Arrays.stream(lost).sum()) / lost.length;
    return Arrays.stream(lost).map(l -> l + spare).toArray();
  }

  /** Who chose the weights that are kept. */
  String by() {
    return by;
  }

  /** The output error of those that are kept. */
  double lowest() {
    return lowest;
  }

  /** The output error of ADMM's. */
  double first() {
    return first;
  }
}
