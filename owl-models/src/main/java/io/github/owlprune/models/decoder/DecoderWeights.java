package io.github.owlprune.models.decoder;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.models.checkpoint.WorkingCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings tensors from the checkpoint to the decoder, and pruned weights back. */
final class DecoderWeights {
  private final WorkingCopy files;
  private final StoredLinears linears;

  DecoderWeights(WorkingCopy files) {
    this.files = files;
    this.linears = new StoredLinears(files);
  }

  /** The weights of a block's linears by the linears' names; the caller closes them. */
  Map<String, Matrix> matrices(BlockRecipe block) {
    Map<String, Matrix> matrices = new LinkedHashMap<>();
    for (LinearRecipe l : block.linears()) {
      Matrix matrix = Matrix.allocate(l.linear().outputs(), l.linear().inputs());
      matrices.put(l.linear().name(), matrix);
      linears.load(l, matrix);
    }
    return matrices;
  }

  /** A linear's bias, null if it has none. */
  float @Nullable [] bias(LinearRecipe l) {
    String tensor = l.bias();
    if (tensor == null) {
      return null;
    }
    int outputs = l.linear().outputs();
    float[] bias = new float[outputs];
    l.part()
        .stretches(
            outputs,
            outputs,
            (output, stored, count) -> linears.read(tensor, stored, bias, output, count));
    return bias;
  }

  /** A norm of so many values. */
  Norm norm(NormRecipe norm, int width) {
    float[] gain = vector(norm.gain(), width);
    return switch (norm.kind()) {
      case RMS -> new RmsNorm(gain, norm.epsilon());
      case RMS_PLUS_ONE -> {
        for (int j = 0; j < width; j++) {
          gain[j] += 1;
        }
        yield new RmsNorm(gain, norm.epsilon());
      }
      case LAYER ->
          new LayerNorm(gain, vector(Objects.requireNonNull(norm.bias()), width), norm.epsilon());
    };
  }

  private float[] vector(String tensor, int length) {
    float[] vector = new float[length];
    read(tensor, 0, vector, length);
    return vector;
  }

  /** Fills a matrix with a tensor's rows from {@code firstRow} on. */
  void load(String tensor, int firstRow, Matrix into) {
    int rows = into.rows();
    linears.loadRows(tensor, Outputs.range(firstRow + rows, firstRow, rows), into);
  }

  /** Writes a block's weights, and leaves them in memory as they were rounded for that. */
  void save(BlockRecipe block, Map<String, Matrix> matrices) {
    Set<String> tensors = new LinkedHashSet<>();
    for (LinearRecipe l : block.linears()) {
      linears.write(l, matrix(l, matrices));
      tensors.add(l.weight());
    }
    try {
      files.markWritten(tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(block.name() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static Matrix matrix(LinearRecipe l, Map<String, Matrix> matrices) {
    return Objects.requireNonNull(matrices.get(l.linear().name()));
  }

  void read(String tensor, long firstElement, float[] into, int count) {
    linears.read(tensor, firstElement, into, 0, count);
  }
}
