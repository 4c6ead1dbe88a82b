package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Loads linears' weights from their tensors into matrices {@code [outputs, inputs]} and writes them
 * back, a few rows at a time. A weight is a whole tensor, some of its rows, or, in a transposed
 * tensor, some of its columns.
 */
final class LinearStore {
  private static final int BUFFER_FLOATS = 1 << 18;

  private final WorkingCopy files;

  LinearStore(WorkingCopy files) {
    this.files = files;
  }

  /** Fills a matrix {@code [outputs, inputs]} with a linear's weight. */
  void load(LinearRecipe linear, Matrix weight) {
    if (linear.transposed()) {
      forEachPanel(
          linear,
          (input, inputs, panel) -> {
            readPanel(linear, input, inputs, panel);
            transposeInto(weight, input, panel, inputs);
          });
    } else {
      loadRows(linear.weight(), linear.slice(), weight);
    }
  }

  /** Writes a linear's weight, and rounds the matrix in place to the tensor's type. */
  void write(LinearRecipe linear, Matrix weight) {
    if (linear.transposed()) {
      forEachPanel(
          linear,
          (input, inputs, panel) -> {
            transposeFrom(weight, input, panel, inputs);
            writePanel(linear, input, inputs, panel);
            transposeInto(weight, input, panel, inputs);
          });
    } else {
      writeRows(linear.weight(), linear.slice(), weight);
    }
  }

  /** Fills a matrix with a slice of a tensor's rows; both have the same number of columns. */
  void loadRows(String tensor, OutputSlice slice, Matrix matrix) {
    int columns = matrix.columns();
    float[] buffer = rowBuffer(matrix); // [some rows, columns]
    slice.forEachRun(
        matrix.rows(),
        buffer.length / columns,
        (row, stored, count) -> {
          read(tensor, (long) stored * columns, buffer, 0, count * columns);
          for (int i = 0; i < count; i++) {
            matrix.write(row + i, buffer, i * columns, columns);
          }
        });
  }

  private void writeRows(String tensor, OutputSlice slice, Matrix matrix) {
    int columns = matrix.columns();
    float[] buffer = rowBuffer(matrix); // [some rows, columns]
    slice.forEachRun(
        matrix.rows(),
        buffer.length / columns,
        (row, stored, count) -> {
          for (int i = 0; i < count; i++) {
            matrix.read(row + i, buffer, i * columns, columns);
          }
          write(tensor, (long) stored * columns, buffer, 0, count * columns);
          for (int i = 0; i < count; i++) {
            matrix.write(row + i, buffer, i * columns, columns);
          }
        });
  }

  private static float[] rowBuffer(Matrix matrix) {
    int rows = Math.max(1, BUFFER_FLOATS / matrix.columns());
    return new float[Math.multiplyExact(Math.min(rows, matrix.rows()), matrix.columns())];
  }

  /** Visits all outputs of some inputs, {@code [inputs, outputs]} as stored in the tensor. */
  private interface PanelVisitor {
    void visit(int firstInput, int inputs, float[] panel);
  }

  private static void forEachPanel(LinearRecipe linear, PanelVisitor visitor) {
    int inputs = linear.linear().inputs();
    int outputs = linear.linear().outputs();
    int step = Math.min(inputs, Math.max(1, BUFFER_FLOATS / outputs));
    float[] panel = new float[Math.multiplyExact(step, outputs)]; // [step, outputs]
    for (int input = 0; input < inputs; input += step) {
      visitor.visit(input, Math.min(step, inputs - input), panel);
    }
  }

  private void readPanel(LinearRecipe linear, int firstInput, int inputs, float[] panel) {
    forEachRun(
        linear,
        firstInput,
        inputs,
        (element, offset, count) -> read(linear.weight(), element, panel, offset, count));
  }

  private void writePanel(LinearRecipe linear, int firstInput, int inputs, float[] panel) {
    forEachRun(
        linear,
        firstInput,
        inputs,
        (element, offset, count) -> write(linear.weight(), element, panel, offset, count));
  }

  /** Receives values that are contiguous in a transposed tensor and in a panel. */
  private interface PanelRunVisitor {
    void visit(long element, int offset, int count);
  }

  private static void forEachRun(
      LinearRecipe linear, int firstInput, int inputs, PanelRunVisitor visitor) {
    int outputs = linear.linear().outputs();
    for (int i = 0; i < inputs; i++) {
      long row = (long) (firstInput + i) * linear.slice().total();
      int offset = i * outputs;
      linear
          .slice()
          .forEachRun(
              outputs,
              outputs,
              (output, stored, count) -> visitor.visit(row + stored, offset + output, count));
    }
  }

  private static void transposeInto(Matrix weight, int firstInput, float[] panel, int inputs) {
    float[] row = new float[inputs]; // [inputs]
    for (int r = 0; r < weight.rows(); r++) {
      for (int i = 0; i < inputs; i++) {
        row[i] = panel[i * weight.rows() + r];
      }
      weight.write(r, firstInput, row, inputs);
    }
  }

  private static void transposeFrom(Matrix weight, int firstInput, float[] panel, int inputs) {
    float[] row = new float[inputs]; // [inputs]
    for (int r = 0; r < weight.rows(); r++) {
      weight.read(r, firstInput, row, inputs);
      for (int i = 0; i < inputs; i++) {
        panel[i * weight.rows() + r] = row[i];
      }
    }
  }

  /**
   * Reads elements of a tensor as float32.
   *
   * @throws ArithmeticException if one is NaN or infinite
   */
  void read(String tensor, long firstElement, float[] into, int offset, int count) {
    try {
      files.read(tensor, firstElement, into, offset, count);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + tensor + ": " + e.getMessage(), e);
    }
    for (int i = offset; i < offset + count; i++) {
      if (!Float.isFinite(into[i])) {
        throw new ArithmeticException(
            "tensor "
                + tensor
                + " contains "
                + into[i]
                + " as its element "
                + (firstElement + i - offset)
                + "; the checkpoint is damaged, or was saved after a training that diverged:"
                + " compare it with its source");
      }
    }
  }

  private void write(String tensor, long firstElement, float[] values, int offset, int count) {
    try {
      files.write(tensor, firstElement, values, offset, count);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + tensor + ": " + e.getMessage(), e);
    }
  }
}
