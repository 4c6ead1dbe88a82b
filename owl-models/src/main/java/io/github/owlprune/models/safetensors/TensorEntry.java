package io.github.owlprune.models.safetensors;

import java.util.List;

/**
 * A tensor as the header describes it.
 *
 * @param name its name
 * @param dtype its elements' type
 * @param shape its dimensions, row-major, none negative
 * @param offset where its bytes begin in the file
 * @param elements how many elements it has
 */
public record TensorEntry(String name, DType dtype, List<Long> shape, long offset, long elements) {
  /**
   * Copies the shape.
   *
   * @param name its name
   * @param dtype its elements' type
   * @param shape its dimensions, row-major, none negative
   * @param offset where its bytes begin in the file
   * @param elements how many elements it has
   */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /**
   * The tensor's size in the file.
   *
   * @return bytes
   */
  public long bytes() {
    return elements * dtype.bytes();
  }

  /** Refuses elements that the tensor does not have, or that the array has no room for. */
  void requireRange(long first, float[] values, int offset, int count) {
    if (count < 0 || first < 0 || first > elements - count) {
      throw new IllegalArgumentException(
          count
              + " elements from "
              + first
              + " on were given of tensor "
              + name
              + "; it has "
              + elements);
    }
    if (offset < 0 || offset > values.length - count) {
      throw new IllegalArgumentException(
          count
              + " elements of tensor "
              + name
              + " were to lie from "
              + offset
              + " on in an array of "
              + values.length);
    }
  }
}
