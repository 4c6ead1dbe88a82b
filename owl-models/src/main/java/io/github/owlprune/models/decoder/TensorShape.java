package io.github.owlprune.models.decoder;

import io.github.owlprune.models.checkpoint.Checkpoint;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor that a recipe needs.
 *
 * @param name its name in the checkpoint
 * @param shape its dimensions, row-major, each at least 1
 */
public record TensorShape(String name, List<Long> shape) {
  /**
   * Copies the shape.
   *
   * @param name its name in the checkpoint
   * @param shape its dimensions, row-major, each at least 1
   */
  public TensorShape {
    shape = List.copyOf(shape);
  }

  static TensorShape of(String name, long... shape) {
    return new TensorShape(name, Arrays.stream(shape).boxed().toList());
  }

  /**
   * The number of its values.
   *
   * @return the product of its dimensions
   */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  void requireIn(Checkpoint checkpoint) throws CheckpointException {
    checkpoint.require(name, shape.stream().mapToLong(Long::longValue).toArray());
  }
}
