package io.github.owlprune.tuning;

import io.github.owlprune.format.Table;
import io.github.owlprune.plan.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The result of a search for an allocation. A value.
 *
 * @param denseLoss the dense model's mean loss on the judging sequences, in the model's unit (nats
 *     for a language model)
 * @param candidates all allocations that were tried, the best first
 */
public record TuningResult(double denseLoss, List<Candidate> candidates) {
  /**
   * Sorts the candidates.
   *
   * @param denseLoss the dense model's mean loss on the judging sequences, in the model's unit
   *     (nats for a language model)
   * @param candidates all allocations that were tried, at least one
   */
  public TuningResult {
    candidates = candidates.stream().sorted(Comparator.comparingDouble(Candidate::loss)).toList();
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("no candidate was given; at least one is needed");
    }
  }

  /**
   * An allocation that was tried.
   *
   * @param plan its plan; the allocator's name gives the weights of a mixture
   * @param loss the mean loss of the model pruned by it, on the judging sequences; infinite if the
   *     states overflow
   */
  public record Candidate(Plan plan, double loss) {}

  /**
   * Returns the best candidate's plan.
   *
   * @return the plan with the lowest loss
   */
  public Plan plan() {
    return candidates.get(0).plan();
  }

  /**
   * Returns a table: allocation, λ, loss, the best first.
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
