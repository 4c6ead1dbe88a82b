package io.github.owlprune.models.decoder;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.List;

/**
 * The name and shape of a tensor that a recipe needs.
 *
 * @param name the tensor's name in the checkpoint
 * @param shape the dimensions, row-major, each at least 1
 */
public record TensorShape(String name, List<Long> shape) {
  /**
   * Creates the description with a copy of the shape.
   *
   * @param name the tensor's name in the checkpoint
   * @param shape the dimensions, row-major, each at least 1
   */
  public TensorShape {
    shape = List.copyOf(shape);
  }

  static TensorShape of(String name, long... shape) {
    return new TensorShape(name, Arrays.stream(shape).boxed().toList());
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the dimensions
   */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Checks that a checkpoint contains the tensor in this shape and in a supported type. */
  void requireIn(Checkpoint checkpoint) throws CheckpointException {
    checkpoint.require(name, shape.stream().mapToLong(Long::longValue).toArray());
  }
}
