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

/** Loads the decoder's weights from the checkpoint, and writes pruned weights back. */
final class WeightStore {
  private final WorkingCopy files;
  private final LinearStore linears;

  WeightStore(WorkingCopy files) {
    this.files = files;
    this.linears = new LinearStore(files);
  }

  /** Returns the weights of a block's linears by the linears' names; the caller closes them. */
  Map<String, Matrix> load(BlockRecipe block) {
    Map<String, Matrix> matrices = new LinkedHashMap<>();
    try {
      for (LinearRecipe l : block.linears()) {
        matrices.put(l.linear().name(), load(block, l));
      }
      return matrices;
    } catch (RuntimeException e) {
      matrices.values().forEach(Matrix::close);
      throw e;
    }
  }

  /**
   * Returns a linear's weight, {@code [outputs, inputs]}; the caller closes it. The linear may be a
   * part of the tensor that stores it.
   */
  Matrix load(BlockRecipe block, LinearRecipe l) {
    Matrix weight = Matrix.allocate(l.linear().outputs(), l.linear().inputs());
    try {
      linears.load(l, weight);
      return weight;
    } catch (ArithmeticException e) {
      weight.close();
      throw new ArithmeticException(
          "the weight of " + block.name() + "." + l.linear().name() + ": " + e.getMessage());
    } catch (RuntimeException e) {
      weight.close();
      throw e;
    }
  }

  /** Returns a linear's bias, {@code [outputs]}, or null if it has none. */
  float @Nullable [] bias(LinearRecipe l) {
    String tensor = l.bias();
    if (tensor == null) {
      return null;
    }
    int outputs = l.linear().outputs();
    float[] bias = new float[outputs];
    l.slice()
        .forEachRun(
            outputs,
            outputs,
            (output, stored, count) -> linears.read(tensor, stored, bias, output, count));
    return bias;
  }

  /** Returns a norm over {@code width} values. */
  Norm norm(NormRecipe norm, int width) {
    return norm(norm, 0, width);
  }

  /** Returns a norm whose weights are {@code width} elements of its tensors. */
  Norm norm(NormRecipe norm, int firstElement, int width) {
    float[] gain = vector(norm.gain(), firstElement, width);
    return switch (norm.kind()) {
      case RMS -> new RmsNorm(gain, norm.epsilon());
      case RMS_PLUS_ONE -> {
        for (int j = 0; j < width; j++) {
          gain[j] += 1;
        }
        yield new RmsNorm(gain, norm.epsilon());
      }
      case LAYER -> {
        String bias = norm.bias();
        yield new LayerNorm(
            gain,
            bias == null ? new float[width] : vector(bias, firstElement, width),
            norm.epsilon());
      }
    };
  }

  private float[] vector(String tensor, int firstElement, int length) {
    float[] vector = new float[length];
    read(tensor, firstElement, vector, length);
    return vector;
  }

  /** Fills a matrix with a tensor's rows, starting at {@code firstRow}. */
  void load(String tensor, int firstRow, Matrix matrix) {
    int rows = matrix.rows();
    linears.loadRows(tensor, OutputSlice.range(firstRow + rows, firstRow, rows), matrix);
  }

  /** Writes a block's weights, and rounds them in place to the checkpoint's type. */
  void save(BlockRecipe block, Map<String, Matrix> matrices) {
    Set<String> tensors = new LinkedHashSet<>();
    for (LinearRecipe l : block.linears()) {
      linears.write(l, Objects.requireNonNull(matrices.get(l.linear().name())));
      tensors.add(l.weight());
    }
    try {
      files.markWritten(tensors);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + block.name() + ": " + e.getMessage(), e);
    }
  }

  /** Reads {@code count} elements of a tensor as float32. */
  void read(String tensor, long firstElement, float[] into, int count) {
    linears.read(tensor, firstElement, into, 0, count);
  }
}
