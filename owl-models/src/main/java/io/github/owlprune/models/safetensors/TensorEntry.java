package io.github.owlprune.models.safetensors;

import java.util.List;

/**
 * A tensor as the header describes it.
 *
 * @param name the tensor's name
 * @param dtype the type of its elements
 * @param typeName the type's name in the header
 * @param shape the dimensions, row-major, each at least 0
 * @param offset the position in the file of its first byte
 * @param bytes its size in the file
 * @param elements the number of elements
 */
public record TensorEntry(
    String name,
    DType dtype,
    String typeName,
    List<Long> shape,
    long offset,
    long bytes,
    long elements) {
  /**
   * Creates the description with a copy of the shape.
   *
   * @param name the tensor's name
   * @param dtype the type of its elements
   * @param typeName the type's name in the header
   * @param shape the dimensions, row-major, each at least 0
   * @param offset the position in the file of its first byte
   * @param bytes its size in the file
   * @param elements the number of elements
   */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /**
   * Describes why values cannot be read as floats, and what to do.
   *
   * @return the end of a message; for a tensor whose type is not {@linkplain DType#isComputable
   *     computable}
   */
  public String refusal() {
    String what = "tensor " + name + " is of type " + typeName;
    return dtype == DType.F64
        ? what
            + "; only F32, F16 and BF16 are supported: convert the model first, in transformers"
            + " with model.float() and save_pretrained"
        : what
            + "; only F32, F16 and BF16 are supported. Weights of other types are quantized: open"
            + " the model that they were made from, or load this one in transformers, call"
            + " dequantize() and save it with save_pretrained";
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
