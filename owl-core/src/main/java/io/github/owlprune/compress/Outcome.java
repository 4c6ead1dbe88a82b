package io.github.owlprune.compress;

import io.github.owlprune.model.Replacement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a strategy did to a linear.
 *
 * @param replacement the linear's new form; null if the weight was changed in place
 * @param outputErrors the error of its output after each step, in order; empty if the strategy does
 *     not compute it
 * @param remarks sentences for the report
 */
public record Outcome(
    @Nullable Replacement replacement, List<OutputError> outputErrors, List<String> remarks) {
  /** The outcome of a weight that was changed in place, with nothing to report. */
  public static final Outcome IN_PLACE = inPlace(List.of(), List.of());

  /**
   * Copies the lists.
   *
   * @param replacement the linear's new form; null if the weight was changed in place
   * @param outputErrors the error of its output after each step, in order; empty if the strategy
   *     does not compute it
   * @param remarks sentences for the report
   */
  public Outcome {
    outputErrors = List.copyOf(outputErrors);
    remarks = List.copyOf(remarks);
  }

  /**
   * Describes a weight that was changed in place.
   *
   * @param outputErrors the error of its output after each step, in order
   * @param remarks sentences for the report
   * @return an outcome without a replacement
   */
  public static Outcome inPlace(List<OutputError> outputErrors, List<String> remarks) {
    return new Outcome(null, outputErrors, remarks);
  }

  /**
   * Describes a linear that takes another form.
   *
   * @param replacement the form
   * @return an outcome with nothing else to report
   */
  public static Outcome replacedBy(Replacement replacement) {
    return new Outcome(replacement, List.of(), List.of());
  }
}
