package io.github.owlprune.models.decoder;

import io.github.owlprune.model.Linear;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A linear and the tensors that store it.
 *
 * @param linear name within the block, shape and input
 * @param weight the weight's tensor, {@code [total, inputs]}, or {@code [inputs, total]} if
 *     transposed, where total is the slice's
 * @param bias the bias's tensor, {@code [total]}, or null without a bias
 * @param slice the tensors' outputs that belong to the linear
 * @param transposed whether an output is a column of the weight's tensor instead of a row
 */
public record LinearRecipe(
    Linear linear, String weight, @Nullable String bias, OutputSlice slice, boolean transposed) {
  /**
   * Returns the recipe of a linear with tensors of its own, {@code BLOCK.NAME.weight} and {@code
   * BLOCK.NAME.bias}.
   *
   * @param block the block's name
   * @param linear name within the block, shape and input
   * @param bias whether it has a bias
   * @return the recipe
   */
  public static LinearRecipe of(String block, Linear linear, boolean bias) {
    OutputSlice all = OutputSlice.range(linear.outputs(), 0, linear.outputs());
    return sliced(block + "." + linear.name(), all, linear, bias);
  }

  /**
   * Returns the recipe of a linear that shares its tensors with other linears.
   *
   * @param module the module's name; its tensors are {@code module.weight} and {@code module.bias}
   * @param slice the tensors' outputs that belong to the linear
   * @param linear name within the block, shape and input
   * @param bias whether it has a bias
   * @return the recipe
   */
  public static LinearRecipe sliced(String module, OutputSlice slice, Linear linear, boolean bias) {
    return new LinearRecipe(
        linear, module + ".weight", bias ? module + ".bias" : null, slice, false);
  }

  /**
   * Returns the same recipe with the weight stored as {@code [inputs, total]}.
   *
   * @return a new recipe
   */
  public LinearRecipe storedTransposed() {
    return new LinearRecipe(linear, weight, bias, slice, true);
  }

  Stream<TensorShape> tensors() {
    TensorShape stored =
        transposed
            ? TensorShape.of(weight, linear.inputs(), slice.total())
            : TensorShape.of(weight, slice.total(), linear.inputs());
    return bias == null
        ? Stream.of(stored)
        : Stream.of(stored, TensorShape.of(bias, slice.total()));
  }
}
