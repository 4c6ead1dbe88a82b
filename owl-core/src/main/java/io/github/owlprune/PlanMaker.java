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
    Sparsity.@Nullable NOfM pattern,
    @Nullable MixedPattern mixed) {

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
    double highest = mixed == null ? 1 - 1.0 / narrowest : mixed.highest();
    double[] mapped = target.mapping().apply(raw, units, target, highest);
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
        planned(blocks, linears, measured, sparsities(raw, mapped, units)));
  }

  private List<Sparsity> sparsities(double[] raw, double[] mapped, List<Unit> units) {
    if (mixed != null) {
      return mixed.patterns(raw, mapped, units, target);
    }
    List<Sparsity> sparsities = new ArrayList<>();
    for (double share : mapped) {
      sparsities.add(pattern == null ? new Sparsity.Unstructured(share) : pattern);
    }
    return sparsities;
  }

  private List<Plan.PlannedBlock> planned(
      List<Block> blocks,
      LinearChoice linears,
      @Nullable Measured measured,
      List<Sparsity> sparsities) {
    List<Plan.PlannedBlock> planned = new ArrayList<>();
    int unit = 0;
    for (int b = 0; b < blocks.size(); b++) {
      List<Linear> chosen = linears.of(blocks.get(b));
      List<Double> values = measured == null ? List.of() : measured.blocks().get(b).linears();
      List<Plan.PlannedLinear> inBlock = new ArrayList<>();
      for (int l = 0; l < chosen.size(); l++) {
        Linear linear = chosen.get(l);
        inBlock.add(
            new Plan.PlannedLinear(
                linear.name(),
                linear.outputs(),
                linear.inputs(),
                values.isEmpty() ? null : values.get(l),
                sparsities.get(granularity == Granularity.BLOCK ? unit : unit + l)));
      }
      unit += granularity == Granularity.BLOCK ? 1 : chosen.size();
      Double value = measured == null ? null : measured.blocks().get(b).value();
      planned.add(new Plan.PlannedBlock(blocks.get(b).name(), value, inBlock));
    }
    return planned;
  }
}
