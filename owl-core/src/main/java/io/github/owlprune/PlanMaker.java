package io.github.owlprune;

import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Target;
import io.github.owlprune.allocation.Unit;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.pruning.Sparsity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From measurements to a plan: units, the allocator's raw sparsities, the mapping, and the result
 * spread over the linears. Pure: it looks at names and shapes only.
 */
record PlanMaker(
    Allocator allocator,
    Granularity granularity,
    Target target,
    double outlierThreshold,
    Sparsity.@Nullable NOfM pattern) {

  Plan make(Model model, LinearChoice linears, @Nullable Measured measured) {
    List<Block> blocks = new ArrayList<>();
    for (Block block : model.blocks()) {
      if (!linears.of(block).isEmpty()) {
        blocks.add(block);
      }
    }
    List<Unit> units = Units.of(model, linears, granularity, measured);
    int narrowest =
        blocks.stream()
            .flatMap(block -> linears.of(block).stream())
            .mapToInt(Linear::inputs)
            .min()
            .orElseThrow();
    double[] raw = RawSparsities.of(allocator, units, target);
    double[] mapped = target.mapping().apply(raw, units, target, 1 - 1.0 / narrowest);
    return new Plan(
        Plan.VERSION,
        allocator.name(),
        target.mapping(),
        granularity,
        target.sparsity(),
        target.lambda(),
        allocator.measurement(),
        outlierThreshold,
        linears.toString(),
        planned(blocks, linears, measured, mapped));
  }

  private List<Plan.PlannedBlock> planned(
      List<Block> blocks, LinearChoice linears, @Nullable Measured measured, double[] sparsities) {
    List<Plan.PlannedBlock> planned = new ArrayList<>();
    int unit = 0;
    for (int b = 0; b < blocks.size(); b++) {
      List<Linear> chosen = linears.of(blocks.get(b));
      List<Double> values = measured == null ? List.of() : measured.blocks().get(b).linears();
      List<Plan.PlannedLinear> inBlock = new ArrayList<>();
      for (int l = 0; l < chosen.size(); l++) {
        Linear linear = chosen.get(l);
        double share = sparsities[granularity == Granularity.BLOCK ? unit : unit + l];
        inBlock.add(
            new Plan.PlannedLinear(
                linear.name(),
                linear.outputs(),
                linear.inputs(),
                values.isEmpty() ? null : values.get(l),
                pattern == null ? new Sparsity.Unstructured(share) : pattern));
      }
      unit += granularity == Granularity.BLOCK ? 1 : chosen.size();
      Double value = measured == null ? null : measured.blocks().get(b).value();
      planned.add(new Plan.PlannedBlock(blocks.get(b).name(), value, inBlock));
    }
    return planned;
  }
}
