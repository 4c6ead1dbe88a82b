package io.github.owlprune;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a search for an allocation found. A value.
 *
 * @param denseLoss the dense model's mean loss on the judging sequences, in the model's unit (nats
 *     for a language model)
 * @param candidates everything that was tried, the best first
 */
public record Tuned(double denseLoss, List<Candidate> candidates) {
  /**
   * Sorts the candidates.
   *
   * @param denseLoss the dense model's mean loss on the judging sequences, in the model's unit
   *     (nats for a language model)
   * @param candidates everything that was tried, at least one
   */
  public Tuned {
    candidates = candidates.stream().sorted(Comparator.comparingDouble(Candidate::loss)).toList();
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("nothing was tried; at least one candidate is needed");
    }
  }

  /**
   * An allocation that was tried.
   *
   * @param plan its plan; the allocator's name tells the weights of a mixture
   * @param loss the mean loss on the judging sequences of the model pruned so; infinite if it is
   *     not a number
   */
  public record Candidate(Plan plan, double loss) {}

  /**
   * The best candidate's plan.
   *
   * @return to be given to {@link Owl#apply(io.github.owlprune.model.Model, Calibration, Plan)}
   */
  public Plan plan() {
    return candidates.get(0).plan();
  }

  /**
   * A table: allocation, λ, loss, the best first.
   *
   * @return lines of text
   */
  @Override
  public String toString() {
    Table table = new Table("allocation", "lambda", "loss", "exp(loss)");
    for (Candidate c : candidates) {
      table.row(
          c.plan().allocator(),
          String.format(Locale.ROOT, "%.3f", c.plan().lambda()),
          String.format(Locale.ROOT, "%.4f", c.loss()),
          String.format(Locale.ROOT, "%.5g", Math.exp(c.loss())));
    }
    return String.format(
            Locale.ROOT,
            "%d candidates at S = %s; the dense model's loss is %.4f%n",
            candidates.size(),
            plan().sparsity(),
            denseLoss)
        + table;
  }
}
