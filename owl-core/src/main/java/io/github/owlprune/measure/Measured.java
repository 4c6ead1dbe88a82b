package io.github.owlprune.measure;

import com.google.common.collect.ImmutableMap;
import io.github.owlprune.model.LinearRef;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a measurement.
 *
 * @param blocks a number for each block that has selected linears, by the block's name
 * @param linears a number for each selected linear; empty if only blocks were measured
 */
public record Measured(Map<String, Double> blocks, Map<LinearRef, Double> linears) {
  /** The result of a measurement that measures nothing. */
  public static final Measured NOTHING = new Measured(Map.of(), Map.of());

  /**
   * Copies the maps.
   *
   * @param blocks a number for each block that has selected linears, by the block's name
   * @param linears a number for each selected linear; empty if only blocks were measured
   */
  public Measured {
    blocks = ImmutableMap.copyOf(blocks);
    linears = ImmutableMap.copyOf(linears);
  }

  /**
   * Returns the number of a block.
   *
   * @param block the block's name
   * @return the number; null if the block was not measured
   */
  public @Nullable Double ofBlock(String block) {
    return blocks.get(block);
  }

  /**
   * Returns the number of a linear.
   *
   * @param linear the linear
   * @return the number; null if the linear was not measured
   */
  public @Nullable Double ofLinear(LinearRef linear) {
    return linears.get(linear);
  }
}
