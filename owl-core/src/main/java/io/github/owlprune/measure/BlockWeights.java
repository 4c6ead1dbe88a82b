package io.github.owlprune.measure;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.OpenBlock;
import java.util.List;

/**
 * The selected linears of a block of the dense model, with their weights in memory.
 *
 * @param block the block by name and shapes
 * @param linears the selected linears, at least one
 * @param open the block with its weights; only to be read
 * @param workers the threads to use
 */
public record BlockWeights(Block block, List<Linear> linears, OpenBlock open, Workers workers) {
  /**
   * Returns the identity of a linear.
   *
   * @param linear one of the linears
   * @return its key
   */
  public LinearRef ref(Linear linear) {
    return LinearRef.of(block, linear);
  }

  /**
   * Returns the weight of a linear.
   *
   * @param linear one of the linears
   * @return {@code [outputs, inputs]}, only to be read
   */
  public Matrix weight(Linear linear) {
    return Matrix.of(open.weight(linear));
  }

  /**
   * Returns the number of weights.
   *
   * @return the sum over the linears
   */
  public long weights() {
    return linears.stream().mapToLong(Linear::weights).sum();
  }
}
