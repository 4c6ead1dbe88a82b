package io.github.owlprune.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Another form of a linear's weight, such as two factors or quantized values, that takes the place
 * of the dense matrix. {@link OpenBlock#replace} stores it.
 */
public interface Replacement {
  /**
   * Writes the dense weight that this form stands for.
   *
   * @param weight float32 {@code [outputs, inputs]}, row-major; overwritten
   */
  void writeDense(INDArray weight);

  /**
   * Returns the size of the form.
   *
   * @return bytes, at least 1
   */
  long bytes();
}
