package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings tensors from the checkpoint to the decoder and pruned weights back, some rows at a time.
 */
final class DecoderWeights {
  private static final int FLOATS_AT_ONCE = 1 << 18;

  private final WorkingCopy files;

  DecoderWeights(WorkingCopy files) {
    this.files = files;
  }

  /** The weights of a block's linears by the linears' names; the caller closes them. */
  Map<String, Matrix> matrices(BlockRecipe block) {
    Map<String, Matrix> matrices = new LinkedHashMap<>();
    for (LinearRecipe l : block.linears()) {
      Matrix matrix = Matrix.allocate(l.linear().outputs(), l.linear().inputs());
      matrices.put(l.linear().name(), matrix);
      load(l.weight(), 0, matrix);
    }
    return matrices;
  }

  float[] vector(String tensor, int length) {
    float[] vector = new float[length];
    read(tensor, 0, vector, length);
    return vector;
  }

  /** Fills a matrix with a tensor's rows from {@code firstRow} on. */
  void load(String tensor, int firstRow, Matrix into) {
    int columns = into.columns();
    int step = Math.max(1, FLOATS_AT_ONCE / columns);
    float[] rows = new float[Math.multiplyExact(Math.min(step, into.rows()), columns)];
    for (int r = 0; r < into.rows(); r += step) {
      int count = Math.min(step, into.rows() - r);
      read(tensor, (long) (firstRow + r) * columns, rows, count * columns);
      for (int i = 0; i < count; i++) {
        into.write(r + i, rows, i * columns, columns);
      }
    }
  }

  /** Writes a block's weights and reads them back, rounded to the checkpoint's type. */
  void save(BlockRecipe block, Map<String, Matrix> matrices) {
    List<String> tensors = new ArrayList<>();
    try {
      for (LinearRecipe l : block.linears()) {
        Matrix matrix = java.util.Objects.requireNonNull(matrices.get(l.linear().name()));
        write(l.weight(), matrix);
        tensors.add(l.weight());
      }
      files.markWritten(tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(block.name() + " cannot be written: " + e.getMessage(), e);
    }
    for (LinearRecipe l : block.linears()) {
      load(l.weight(), 0, java.util.Objects.requireNonNull(matrices.get(l.linear().name())));
    }
  }

  private void write(String tensor, Matrix matrix) throws IOException {
    int columns = matrix.columns();
    int step = Math.max(1, FLOATS_AT_ONCE / columns);
    float[] rows = new float[Math.min(step, matrix.rows()) * columns];
    for (int r = 0; r < matrix.rows(); r += step) {
      int count = Math.min(step, matrix.rows() - r);
      for (int i = 0; i < count; i++) {
        matrix.read(r + i, rows, i * columns, columns);
      }
      files.write(tensor, (long) r * columns, rows, 0, count * columns);
    }
  }

  void read(String tensor, long firstElement, float[] into, int count) {
    try {
      files.read(tensor, firstElement, into, 0, count);
    } catch (IOException e) {
      throw new UncheckedIOException(tensor + " cannot be read: " + e.getMessage(), e);
    }
  }
}
