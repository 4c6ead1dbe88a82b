package io.github.owlprune.plan;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.measure.Granularity;
import io.github.owlprune.measure.Measured;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.LinearSelection;
import io.github.owlprune.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts the blocks or linears of a model to the units that an allocator works on. */
public final class Units {
  private Units() {}

  /**
   * Returns the units of a model.
   *
   * @param model the model
   * @param linears the selected linears
   * @param granularity whether blocks or linears are units
   * @param measured the measurement, for the units' numbers
   * @return every block that has selected linears, or every one of those, in the model's order
   */
  public static List<AllocationUnit> of(
      Model model, LinearSelection linears, Granularity granularity, Measured measured) {
    List<AllocationUnit> units = new ArrayList<>();
    for (Block block : model.blocks()) {
      List<Linear> selected = linears.of(block);
      if (granularity == Granularity.LINEAR) {
        selected.forEach(linear -> units.add(unit(LinearRef.of(block, linear), linear, measured)));
      } else if (!selected.isEmpty()) {
        units.add(unit(block, selected, measured));
      }
    }
    return List.copyOf(units);
  }

  private static AllocationUnit unit(Block block, List<Linear> selected, Measured measured) {
    long weights = selected.stream().mapToLong(Linear::weights).sum();
    long neurons = selected.stream().mapToLong(Linear::neurons).sum();
    return new AllocationUnit(
        block.name(), weights, neurons, orZero(measured.ofBlock(block.name())));
  }

  private static AllocationUnit unit(LinearRef ref, Linear linear, Measured measured) {
    return new AllocationUnit(
        ref.toString(), linear.weights(), linear.neurons(), orZero(measured.ofLinear(ref)));
  }

  private static double orZero(@Nullable Double measured) {
    return measured == null ? 0 : measured;
  }
}
