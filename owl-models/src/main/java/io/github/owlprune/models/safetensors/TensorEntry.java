package io.github.owlprune.models.safetensors;

import java.util.List;

/**
 * A tensor as the header describes it.
 *
 * @param name the tensor's name
 * @param dtype the type of its elements
 * @param shape the dimensions, row-major, each at least 0
 * @param offset the position in the file of its first byte
 * @param elements the number of elements
 */
public record TensorEntry(String name, DType dtype, List<Long> shape, long offset, long elements) {
  /**
   * Creates the description with a copy of the shape.
   *
   * @param name the tensor's name
   * @param dtype the type of its elements
   * @param shape the dimensions, row-major, each at least 0
   * @param offset the position in the file of its first byte
   * @param elements the number of elements
   */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the tensor's size in the file.
   *
   * @return bytes
   */
  public long bytes() {
    return elements * dtype.bytes();
  }

  /** Checks that a range of elements is within the tensor and within an array. */
  void requireRange(long first, float[] values, int offset, int count) {
    if (count < 0 || first < 0 || first > elements - count) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + " has "
              + elements
              + " elements; "
              + count
              + " starting at "
              + first
              + " are out of range");
    }
    if (offset < 0 || offset > values.length - count) {
      throw new IllegalArgumentException(
          "the array for tensor "
              + name
              + " has "
              + values.length
              + " elements; "
              + count
              + " starting at "
              + offset
              + " are out of range");
    }
  }
}
