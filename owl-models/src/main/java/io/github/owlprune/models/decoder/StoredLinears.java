package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Brings linears' weights from their tensors to matrices {@code [outputs, inputs]} and back, some
 * rows at a time: a whole tensor, some of its rows, or some of its columns if it is transposed.
 */
final class StoredLinears {
  private static final int FLOATS_AT_ONCE = 1 << 18;

  private final WorkingCopy files;

  StoredLinears(WorkingCopy files) {
    this.files = files;
  }

  void load(LinearRecipe linear, Matrix into) {
    if (linear.transposed()) {
      eachPanel(
          linear,
          (input, inputs, panel) -> {
            readPanel(linear, input, inputs, panel);
            unpack(panel, inputs, into, input);
          });
    } else {
      loadRows(linear.weight(), linear.part(), into);
    }
  }

  /** Writes a linear's weight, and leaves it in the matrix as it was rounded for that. */
  void write(LinearRecipe linear, Matrix matrix) {
    if (linear.transposed()) {
      eachPanel(
          linear,
          (input, inputs, panel) -> {
            pack(matrix, input, panel, inputs);
            writePanel(linear, input, inputs, panel);
            unpack(panel, inputs, matrix, input);
          });
    } else {
      writeRows(linear.weight(), linear.part(), matrix);
    }
  }

  /** Fills a matrix with some rows of a tensor that has as many columns. */
  void loadRows(String tensor, Outputs part, Matrix into) {
    int columns = into.columns();
    float[] rows = rows(into);
    part.stretches(
        into.rows(),
        rows.length / columns,
        (row, stored, count) -> {
          read(tensor, (long) stored * columns, rows, 0, count * columns);
          for (int i = 0; i < count; i++) {
            into.write(row + i, rows, i * columns, columns);
          }
        });
  }

  private void writeRows(String tensor, Outputs part, Matrix matrix) {
    int columns = matrix.columns();
    float[] rows = rows(matrix);
    part.stretches(
        matrix.rows(),
        rows.length / columns,
        (row, stored, count) -> {
          for (int i = 0; i < count; i++) {
            matrix.read(row + i, rows, i * columns, columns);
          }
          write(tensor, (long) stored * columns, rows, 0, count * columns);
          for (int i = 0; i < count; i++) {
            matrix.write(row + i, rows, i * columns, columns);
          }
        });
  }

  private static float[] rows(Matrix matrix) {
    int step = Math.max(1, FLOATS_AT_ONCE / matrix.columns());
    return new float[Math.multiplyExact(Math.min(step, matrix.rows()), matrix.columns())];
  }

  /** Sees all outputs of some inputs, {@code [inputs, outputs]} as a transposed tensor has them. */
  private interface Panel {
    void see(int input, int inputs, float[] panel);
  }

  private static void eachPanel(LinearRecipe linear, Panel visitor) {
    int all = linear.linear().inputs();
    int outputs = linear.linear().outputs();
    int step = Math.min(all, Math.max(1, FLOATS_AT_ONCE / outputs));
    float[] panel = new float[Math.multiplyExact(step, outputs)];
    for (int input = 0; input < all; input += step) {
      visitor.see(input, Math.min(step, all - input), panel);
    }
  }

  private void readPanel(LinearRecipe linear, int input, int inputs, float[] panel) {
    int outputs = linear.linear().outputs();
    for (int i = 0; i < inputs; i++) {
      long row = (long) (input + i) * linear.part().total();
      int at = i * outputs;
      linear
          .part()
          .stretches(
              outputs,
              outputs,
              (output, stored, count) ->
                  read(linear.weight(), row + stored, panel, at + output, count));
    }
  }

  private void writePanel(LinearRecipe linear, int input, int inputs, float[] panel) {
    int outputs = linear.linear().outputs();
    for (int i = 0; i < inputs; i++) {
      long row = (long) (input + i) * linear.part().total();
      int at = i * outputs;
      linear
          .part()
          .stretches(
              outputs,
              outputs,
              (output, stored, count) ->
                  write(linear.weight(), row + stored, panel, at + output, count));
    }
  }

  private static void unpack(float[] panel, int inputs, Matrix into, int firstInput) {
    float[] row = new float[inputs];
    for (int r = 0; r < into.rows(); r++) {
      for (int i = 0; i < inputs; i++) {
        row[i] = panel[i * into.rows() + r];
      }
      into.write(r, firstInput, row, inputs);
    }
  }

  private static void pack(Matrix from, int firstInput, float[] panel, int inputs) {
    float[] row = new float[inputs];
    for (int r = 0; r < from.rows(); r++) {
      from.read(r, firstInput, row, inputs);
      for (int i = 0; i < inputs; i++) {
        panel[i * from.rows() + r] = row[i];
      }
    }
  }

  void read(String tensor, long firstElement, float[] into, int offset, int count) {
    try {
      files.read(tensor, firstElement, into, offset, count);
    } catch (IOException e) {
      throw new UncheckedIOException(tensor + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void write(String tensor, long firstElement, float[] values, int offset, int count) {
    try {
      files.write(tensor, firstElement, values, offset, count);
    } catch (IOException e) {
      throw new UncheckedIOException(tensor + " cannot be written: " + e.getMessage(), e);
    }
  }
}
