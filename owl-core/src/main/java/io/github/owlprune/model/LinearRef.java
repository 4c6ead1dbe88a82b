package io.github.owlprune.model;

import java.util.function.Supplier;

/**
 * The identity of a linear within a model: the key of plans, statistics, measurements, reports and
 * error messages.
 *
 * @param block the block's name, such as {@code model.layers.0}
 * @param linear the linear's name within its block, such as {@code self_attn.q_proj}
 */
public record LinearRef(String block, String linear) {
  /**
   * Returns the identity of a block's linear.
   *
   * @param block the block
   * @param linear one of its linears
   * @return the key of the linear
   */
  public static LinearRef of(Block block, Linear linear) {
    return new LinearRef(block.name(), linear.name());
  }

  /**
   * Runs work on this linear, and puts the linear's name in front of the message of an {@link
   * ArithmeticException}.
   *
   * @param work reads or changes the linear
   * @return the result of the work
   * @param <T> the type of the result
   * @throws ArithmeticException if the work throws one
   */
  public <T> T attributeErrors(Supplier<T> work) {
    try {
      return work.get();
    } catch (ArithmeticException e) {
      ArithmeticException attributed = new ArithmeticException(this + ": " + e.getMessage());
      attributed.initCause(e);
      throw attributed;
    }
  }

  /**
   * Returns the full name.
   *
   * @return {@code block.linear}
   */
  @Override
  public String toString() {
    return block + "." + linear;
  }
}
