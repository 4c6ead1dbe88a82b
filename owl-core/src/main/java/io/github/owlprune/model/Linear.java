package io.github.owlprune.model;

/**
 * The name and shape of one weight matrix {@code W [outputs, inputs]} of a block.
 *
 * @param name unique within its block, such as {@code self_attn.q_proj}
 * @param outputs rows of W, at least 1
 * @param inputs columns of W, at least 1
 * @param input the name of the input that W multiplies; linears of a block that read the same input
 *     (q, k and v; gate and up) give the same name and share its statistics
 */
public record Linear(String name, int outputs, int inputs, String input) {
  /**
   * Checks the shape.
   *
   * @param name unique within its block, such as {@code self_attn.q_proj}
   * @param outputs rows of W, at least 1
   * @param inputs columns of W, at least 1
   * @param input the name of the input that W multiplies; linears of a block that read the same
   *     input (q, k and v; gate and up) give the same name and share its statistics
   */
  public Linear {
    if (outputs < 1 || inputs < 1) {
      throw new IllegalArgumentException(
          name + " has shape [" + outputs + ", " + inputs + "]; both must be at least 1");
    }
  }

  /**
   * Returns the number of weights.
   *
   * @return {@code outputs · inputs}
   */
  public long weights() {
    return (long) outputs * inputs;
  }

  /**
   * Returns the number of neurons that it connects.
   *
   * @return {@code outputs + inputs}
   */
  public long neurons() {
    return (long) outputs + inputs;
  }
}
