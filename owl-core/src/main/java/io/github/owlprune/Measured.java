package io.github.owlprune;

import java.util.List;

/**
 * What an allocator asked to know, a number for each block and each of its linears.
 *
 * @param blocks one for each block that has linears to prune, in the model's order
 */
record Measured(List<OfBlock> blocks) {
  /**
   * A block's numbers.
   *
   * @param value the block's own
   * @param linears one for each of its linears, or empty if only blocks were measured
   */
  record OfBlock(double value, List<Double> linears) {}
}
