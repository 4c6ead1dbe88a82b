package io.github.owlprune.model;

/**
 * One weight matrix {@code W [outputs, inputs]} of a block, by name and shape.
 *
 * @param name unique within its block, such as {@code self_attn.q_proj}
 * @param outputs rows of W, at least 1
 * @param inputs columns of W, at least 1
 * @param input names what W is multiplied with; linears of a block that read the same input (q, k
 *     and v; gate and up) give the same name, and its statistics are made once
 */
public record Linear(String name, int outputs, int inputs, String input) {
  /**
   * Checks the shape.
   *
   * @param name unique within its block, such as {@code self_attn.q_proj}
   * @param outputs rows of W, at least 1
   * @param inputs columns of W, at least 1
   * @param input names what W is multiplied with; linears of a block that read the same input (q, k
   *     and v; gate and up) give the same name, and its statistics are made once
   */
  public Linear {
    if (outputs < 1 || inputs < 1) {
      throw new IllegalArgumentException(
          name + " has shape [" + outputs + ", " + inputs + "]; both must be at least 1");
    }
  }

  /**
   * The number of weights.
   *
   * @return {@code outputs · inputs}
   */
  public long weights() {
    return (long) outputs * inputs;
  }

  /**
   * The number of neurons that it connects.
   *
   * @return {@code outputs + inputs}
   */
  public long neurons() {
    return (long) outputs + inputs;
  }
}
