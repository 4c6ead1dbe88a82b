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
 * @param stack the number of matrices that the weight's tensor stacks along a further dimension,
 *     {@code [stack, total / stack, inputs]}; 0 if it is a matrix
 */
public record LinearRecipe(
    Linear linear,
    String weight,
    @Nullable String bias,
    OutputSlice slice,
    boolean transposed,
    int stack) {
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
        linear, module + ".weight", bias ? module + ".bias" : null, slice, false, 0);
  }

  /**
   * Returns the recipe of a linear without bias in one of the matrices that a tensor stacks along a
   * further dimension.
   *
   * @param tensor the tensor, {@code [stack, total, inputs]}
   * @param index the matrix that holds the linear, from 0
   * @param stack the number of matrices
   * @param slice the matrix's outputs that belong to the linear
   * @param linear name within the block, shape and input
   * @return the recipe
   * @throws ArithmeticException if the tensor has more than 2³¹ − 1 outputs
   */
  public static LinearRecipe stacked(
      String tensor, int index, int stack, OutputSlice slice, Linear linear) {
    OutputSlice inStack =
        new OutputSlice(
            Math.multiplyExact(stack, slice.total()),
            index * slice.total() + slice.first(),
            slice.run(),
            slice.stride());
    return new LinearRecipe(linear, tensor, null, inStack, false, stack);
  }

  /**
   * Returns the same recipe with the weight stored as {@code [inputs, total]}.
   *
   * @return a new recipe
   */
  public LinearRecipe storedTransposed() {
    return new LinearRecipe(linear, weight, bias, slice, true, stack);
  }

  Stream<TensorShape> tensors() {
    return bias == null
        ? Stream.of(stored())
        : Stream.of(stored(), TensorShape.of(bias, slice.total()));
  }

  private TensorShape stored() {
    if (stack > 0) {
      return TensorShape.of(weight, stack, slice.total() / stack, linear.inputs());
    }
    return transposed
        ? TensorShape.of(weight, linear.inputs(), slice.total())
        : TensorShape.of(weight, slice.total(), linear.inputs());
  }
}
