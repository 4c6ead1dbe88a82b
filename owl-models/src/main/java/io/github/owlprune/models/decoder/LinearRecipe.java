package io.github.owlprune.models.decoder;

import io.github.owlprune.model.Linear;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A linear and the tensors it is kept in.
 *
 * @param linear name within the block, shape, and input
 * @param weight the weight's tensor, {@code [total, inputs]}, or {@code [inputs, total]} if it is
 *     transposed
 * @param bias the bias's tensor, {@code [total]}, null if it has none
 * @param part which of the tensors' outputs are the linear's
 * @param transposed whether an output is a column of the weight's tensor, and not a row
 */
public record LinearRecipe(
    Linear linear, String weight, @Nullable String bias, Outputs part, boolean transposed) {
  /**
   * A linear that has its tensors to itself, {@code BLOCK.NAME.weight} and {@code .bias}.
   *
   * @param block the block's name
   * @param linear name within the block, shape, and input
   * @param bias whether it has a bias
   * @return the recipe
   */
  public static LinearRecipe of(String block, Linear linear, boolean bias) {
    Outputs all = Outputs.range(linear.outputs(), 0, linear.outputs());
    return part(block + "." + linear.name(), all, linear, bias);
  }

  /**
   * A linear that shares its tensors with others.
   *
   * @param module what holds them; its tensors are {@code module.weight} and {@code module.bias}
   * @param part which of the outputs are the linear's
   * @param linear name within the block, shape, and input
   * @param bias whether it has a bias
   * @return the recipe
   */
  public static LinearRecipe part(String module, Outputs part, Linear linear, boolean bias) {
    return new LinearRecipe(
        linear, module + ".weight", bias ? module + ".bias" : null, part, false);
  }

  /**
   * The same with the weight stored as {@code [inputs, total]}.
   *
   * @return a new recipe
   */
  public LinearRecipe storedTransposed() {
    return new LinearRecipe(linear, weight, bias, part, true);
  }

  Stream<TensorShape> tensors() {
    TensorShape stored =
        transposed
            ? TensorShape.of(weight, linear.inputs(), part.total())
            : TensorShape.of(weight, part.total(), linear.inputs());
    return bias == null ? Stream.of(stored) : Stream.of(stored, TensorShape.of(bias, part.total()));
  }
}
