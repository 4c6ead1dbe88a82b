package io.github.owlprune.pruning;

import java.util.List;

/**
 * What a pruner tells about a linear, for the report.
 *
 * @param outputErrors the error of its output after each step, in order; empty if the pruner knows
 *     none
 * @param remarks what a person ought to know, as sentences
 */
public record Outcome(List<OutputError> outputErrors, List<String> remarks) {
  /** Nothing to tell. */
  public static final Outcome NONE = new Outcome(List.of(), List.of());

  /**
   * Copies the lists.
   *
   * @param outputErrors the error of its output after each step, in order; empty if the pruner
   *     knows none
   * @param remarks what a person ought to know, as sentences
   */
  public Outcome {
    outputErrors = List.copyOf(outputErrors);
    remarks = List.copyOf(remarks);
  }
}
