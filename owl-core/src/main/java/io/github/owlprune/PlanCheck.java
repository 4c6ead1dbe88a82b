package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.pruning.RowPruning;

/** Holds a plan against the model it is to be applied to. */
final class PlanCheck {
  private PlanCheck() {}

  static void requireFit(Plan plan, Model model) {
    for (Plan.PlannedBlock planned : plan.blocks()) {
      Block block =
          model.blocks().stream()
              .filter(b -> b.name().equals(planned.name()))
              .findFirst()
              .orElseThrow(() -> misfit("block " + planned.name()));
      for (Plan.PlannedLinear l : planned.linears()) {
        String name = "linear " + planned.name() + "." + l.name();
        Linear linear =
            block.linears().stream()
                .filter(x -> x.name().equals(l.name()))
                .findFirst()
                .orElseThrow(() -> misfit(name));
        if (linear.outputs() != l.outputs() || linear.inputs() != l.inputs()) {
          throw misfit(name + " of shape [" + l.outputs() + ", " + l.inputs() + "]");
        }
        RowPruning.checkFits(l.sparsity(), l.inputs());
      }
    }
  }

  private static IllegalArgumentException misfit(String what) {
    return new IllegalArgumentException(
        "the plan names " + what + ", which the model does not have; make a plan for this model");
  }
}
