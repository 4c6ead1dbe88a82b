package io.github.owlprune.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block whose weights are in memory. One thread calls it; closing releases the weights and drops
 * what was not {@linkplain #save saved}.
 */
public interface OpenBlock extends AutoCloseable {
  /**
   * The weight of a linear, to be read or changed in place.
   *
   * @param linear one of the block's linears
   * @return float32 {@code [outputs, inputs]}, row-major, valid until the block is closed
   */
  INDArray weight(Linear linear);

  /**
   * Runs one sequence through the block.
   *
   * @param hidden the hidden states {@code [tokens, width]}, row-major; replaced by the block's
   *     output
   * @param tap is shown each distinct input of the linears once, or {@link Tap#NONE}
   */
  void forward(float[] hidden, Tap tap);

  /**
   * Shows the tap what {@link #forward} would, and leaves the hidden states as they are. A block
   * whose last product feeds no further linear can save that product here.
   *
   * @param hidden the hidden states {@code [tokens, width]}, row-major; not changed
   * @param tap is shown each distinct input of the linears once
   */
  default void observe(float[] hidden, Tap tap) {
    forward(hidden.clone(), tap);
  }

  /**
   * Keeps the weights as they are now. If they are kept in a narrower type than float32, they are
   * rounded in place first, so that every later {@link #forward} sees what was saved.
   */
  void save();

  /** Releases the weights. */
  @Override
  void close();
}
