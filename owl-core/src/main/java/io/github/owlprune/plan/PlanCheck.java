package io.github.owlprune.plan;

import io.github.owlprune.compress.RowPruning;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.Model;

/** Checks whether a plan fits a model. */
public final class PlanCheck {
  private PlanCheck() {}

  /**
   * Rejects a plan for another model.
   *
   * @param plan the plan
   * @param model the model it is to be used on
   * @throws IllegalArgumentException if the plan's blocks or linears are not the model's, naming
   *     the first that differs
   */
  public static void requireFit(Plan plan, Model model) {
    for (Plan.PlannedBlock planned : plan.blocks()) {
      Block block =
          model.blocks().stream()
              .filter(b -> b.name().equals(planned.name()))
              .findFirst()
              .orElseThrow(() -> misfit("block " + planned.name()));
      for (Plan.PlannedLinear linear : planned.linears()) {
        requireFit(linear, block);
      }
    }
  }

  private static void requireFit(Plan.PlannedLinear planned, Block block) {
    String name = "linear " + new LinearRef(block.name(), planned.name());
    Linear linear =
        block.linears().stream()
            .filter(l -> l.name().equals(planned.name()))
            .findFirst()
            .orElseThrow(() -> misfit(name));
    if (linear.outputs() != planned.outputs() || linear.inputs() != planned.inputs()) {
      throw misfit(name + " of shape [" + planned.outputs() + ", " + planned.inputs() + "]");
    }
    try {
      RowPruning.checkFits(planned.sparsity(), planned.inputs());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException misfit(String what) {
    return new IllegalArgumentException(
        "the plan names " + what + ", which the model does not have; make a plan for this model");
  }
}
