package io.github.owlprune.pipeline;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.model.OpenBlock;
import java.util.Optional;

/**
 * Finds the weight that made activations NaN or infinite. It is searched for only after they were
 * found to be, since reading all weights for it in advance would take time in every run.
 */
final class FaultyWeight {
  private FaultyWeight() {}

  /**
   * Returns the fault of the first linear of a block whose weight has an element that is not
   * finite.
   *
   * @return an exception that names linear, row and column; empty if all weights are finite
   */
  static Optional<ArithmeticException> in(Block block, OpenBlock open) {
    for (Linear linear : block.linears()) {
      Matrix weight = Matrix.of(open.weight(linear));
      float[] row = new float[weight.columns()];
      for (int r = 0; r < weight.rows(); r++) {
        weight.read(r, row);
        for (int j = 0; j < row.length; j++) {
          if (!Float.isFinite(row[j])) {
            return Optional.of(
                new ArithmeticException(
                    LinearRef.of(block, linear)
                        + ": the weight in row "
                        + r
                        + ", column "
                        + j
                        + " is "
                        + row[j]));
          }
        }
      }
    }
    return Optional.empty();
  }
}
