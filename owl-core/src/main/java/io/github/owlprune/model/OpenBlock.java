package io.github.owlprune.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block whose weights are in memory. It is used by one thread at a time. Closing it releases the
 * weights and discards every change that was not {@linkplain #save saved}.
 */
public interface OpenBlock extends AutoCloseable {
  /**
   * Returns the weight of a linear, to be read or changed in place.
   *
   * @param linear one of the block's linears
   * @return float32 {@code [outputs, inputs]}, row-major, valid until the block is closed
   * @throws IllegalArgumentException if the block has no such linear, naming it
   */
  INDArray weight(Linear linear);

  /**
   * Stores another form of a linear. From now on {@link #forward} computes what the form computes,
   * {@link #weight} returns the dense weight that it stands for, and {@link #save} keeps it: in its
   * own form if the model's format has one, else as that dense weight. Unless overridden, the dense
   * weight is all that is kept.
   *
   * @param linear one of the block's linears
   * @param replacement the form; the block owns it from now on
   */
  default void replace(Linear linear, Replacement replacement) {
    replacement.writeDense(weight(linear));
  }

  /**
   * Runs one sequence through the block.
   *
   * @param hidden the hidden states {@code [tokens, width]}, row-major; replaced by the block's
   *     output
   * @param tap receives each distinct input of the linears once, or {@link Tap#NONE}
   */
  void forward(float[] hidden, Tap tap);

  /**
   * Passes the inputs of the linears to the tap as {@link #forward} would, and leaves the hidden
   * states unchanged. A block whose last product feeds no further linear can skip that product
   * here.
   *
   * @param hidden the hidden states {@code [tokens, width]}, row-major; not changed
   * @param tap receives each distinct input of the linears once
   */
  default void observe(float[] hidden, Tap tap) {
    forward(hidden.clone(), tap);
  }

  /**
   * Keeps the weights as they are now. If they are kept in a narrower type than float32, they are
   * first rounded in place, so that every later {@link #forward} uses what was saved.
   */
  void save();

  /** Releases the weights. */
  @Override
  void close();
}
