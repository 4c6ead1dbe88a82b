package io.github.owlprune;

import io.github.owlprune.allocation.Granularity;
import io.github.owlprune.allocation.Unit;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model's blocks or linears as an allocator sees them. */
final class Units {
  private Units() {}

  /** Every block that has chosen linears, or every one of those, in the model's order. */
  static List<Unit> of(
      Model model, LinearChoice linears, Granularity granularity, @Nullable Measured measured) {
    List<Unit> units = new ArrayList<>();
    int measuredBlocks = 0;
    for (Block block : model.blocks()) {
      List<Linear> chosen = linears.of(block);
      if (chosen.isEmpty()) {
        continue;
      }
      Measured.OfBlock values = measured == null ? null : measured.blocks().get(measuredBlocks++);
      if (granularity == Granularity.BLOCK) {
        units.add(ofBlock(block, chosen, values));
      } else {
        units.addAll(ofLinears(block, chosen, values));
      }
    }
    return List.copyOf(units);
  }

  private static Unit ofBlock(Block block, List<Linear> chosen, Measured.@Nullable OfBlock values) {
    long weights = chosen.stream().mapToLong(Linear::weights).sum();
    long neurons = chosen.stream().mapToLong(Linear::neurons).sum();
    return new Unit(block.name(), weights, neurons, values == null ? 0 : values.value());
  }

  private static List<Unit> ofLinears(
      Block block, List<Linear> chosen, Measured.@Nullable OfBlock values) {
    List<Unit> units = new ArrayList<>();
    for (int l = 0; l < chosen.size(); l++) {
      Linear linear = chosen.get(l);
      units.add(
          new Unit(
              block.name() + "." + linear.name(),
              linear.weights(),
              linear.neurons(),
              values == null ? 0 : values.linears().get(l)));
    }
    return units;
  }
}
