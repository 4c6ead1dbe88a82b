package io.github.owlprune.testkit;

import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.OutputError;
import java.util.List;

/** A {@link Layer} after a strategy compressed it. */
public final class Compressed {
  private final float[][] weights;
  private final Outcome outcome;

  Compressed(float[][] weights, Outcome outcome) {
    this.weights = weights;
    this.outcome = outcome;
  }

  /**
   * Returns the compressed weight; for a replacement, the dense weight that it stands for.
   *
   * @return {@code [rows][inputs]}
   */
  public float[][] weights() {
    return weights;
  }

  /**
   * Returns what the strategy reported.
   *
   * @return the outcome as it was returned
   */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * Returns the reported output error after a step.
   *
   * @param step the step's name, such as {@code mask}
   * @return the relative error
   * @throws java.util.NoSuchElementException if no error was reported for that step
   */
  public double error(String step) {
    return outcome.outputErrors().stream()
        .filter(error -> error.after().equals(step))
        .findFirst()
        .orElseThrow()
        .relative();
  }

  /**
   * Returns the reported output error after the last step.
   *
   * @return the relative error; at least one must have been reported
   */
  public double error() {
    List<OutputError> errors = outcome.outputErrors();
    return errors.get(errors.size() - 1).relative();
  }

  /**
   * Returns the remarks for the report.
   *
   * @return the sentences in one text; empty if there are none
   */
  public String remarks() {
    return String.join("; ", outcome.remarks());
  }
}
