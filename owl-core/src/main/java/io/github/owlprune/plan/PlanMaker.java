package io.github.owlprune.plan;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.MixedPattern;
import io.github.owlprune.allocation.RawSparsities;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measured;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a plan from measurements: units, the allocator's raw sparsities, the mapping, and the
 * result for every linear. Pure: it uses names and shapes only.
 *
 * @param allocator the allocator
 * @param granularity whether blocks or linears get a sparsity of their own
 * @param budget S, λ and the mapping
 * @param outlierThreshold M, for the record
 * @param pattern the N:M pattern of all linears, null for none
 * @param mixed the mixed pattern, null for none
 */
public record PlanMaker(
    Allocator allocator,
    Granularity granularity,
    Budget budget,
    double outlierThreshold,
    Sparsity.@Nullable NOfM pattern,
    @Nullable MixedPattern mixed) {
  /**
   * Makes a plan.
   *
   * @param model the model by names and shapes
   * @param linears the selected linears, at least one
   * @param measured the allocator's measurement
   * @return the plan
   * @throws IllegalArgumentException if the measurements cannot be mapped, naming the unit
   */
  public Plan make(Model model, LinearSelection linears, Measured measured) {
    List<AllocationUnit> units = Units.of(model, linears, granularity, measured);
    double[] raw = RawSparsities.of(allocator, units, budget);
    double highest = mixed == null ? 1 - 1.0 / narrowest(model, linears) : mixed.highest();
    double[] mapped = budget.mapping().map(raw, units, budget, highest);
    return new Plan(
        Plan.VERSION,
        allocator.name(),
        budget.mapping(),
        granularity,
        budget.sparsity(),
        budget.lambda(),
        allocator.measurement().name(),
        outlierThreshold,
        linears.toString(),
        blocks(model, linears, measured, sparsities(raw, mapped, units).iterator()));
  }

  private static int narrowest(Model model, LinearSelection linears) {
    return model.blocks().stream()
        .flatMap(block -> linears.of(block).stream())
        .mapToInt(Linear::inputs)
        .min()
        .orElseThrow();
  }

  private List<Sparsity> sparsities(double[] raw, double[] mapped, List<AllocationUnit> units) {
    if (mixed != null) {
      return mixed.patterns(raw, mapped, units, budget);
    }
    List<Sparsity> sparsities = new ArrayList<>();
    for (double share : mapped) {
      sparsities.add(pattern == null ? new Sparsity.Unstructured(share) : pattern);
    }
    return sparsities;
  }

  /** Gives each linear the next sparsity, or all linears of a block the same one. */
  private List<Plan.PlannedBlock> blocks(
      Model model, LinearSelection linears, Measured measured, Iterator<Sparsity> ofUnits) {
    List<Plan.PlannedBlock> blocks = new ArrayList<>();
    for (Block block : model.blocks()) {
      List<Linear> selected = linears.of(block);
      if (!selected.isEmpty()) {
        List<Sparsity> sparsities = new ArrayList<>();
        for (int l = 0; l < selected.size(); l++) {
          boolean shared = granularity == Granularity.BLOCK && l > 0;
          sparsities.add(shared ? sparsities.get(0) : ofUnits.next());
        }
        blocks.add(block(block, selected, sparsities, measured));
      }
    }
    return blocks;
  }

  private static Plan.PlannedBlock block(
      Block block, List<Linear> selected, List<Sparsity> sparsities, Measured measured) {
    List<Plan.PlannedLinear> linears = new ArrayList<>();
    for (int l = 0; l < selected.size(); l++) {
      Linear linear = selected.get(l);
      linears.add(
          new Plan.PlannedLinear(
              linear.name(),
              linear.outputs(),
              linear.inputs(),
              measured.ofLinear(LinearRef.of(block, linear)),
              sparsities.get(l)));
    }
    return new Plan.PlannedBlock(block.name(), measured.ofBlock(block.name()), linears);
  }
}
