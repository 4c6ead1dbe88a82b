package io.github.owlprune.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;

/** The golden files, made by an independent PyTorch program. */
public final class Golden {
  /** The folder of all architectures. */
  public static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  /** The model that was also pruned. */
  static final Path LLAMA = FOLDER.resolve("llama");

  private Golden() {}

  /** Settings and results of the run that made a file of pruned weights. */
  static JsonNode run(String weights) throws IOException {
    for (JsonNode run : new ObjectMapper().readTree(LLAMA.resolve("pruned.json").toFile())) {
      if (run.path("weights").asText().equals(weights)) {
        return run;
      }
    }
    throw new AssertionError("no run made " + weights);
  }

  /** A float tensor of a file. */
  public static float[] floats(SafetensorsFile file, String tensor) throws IOException {
    TensorEntry entry = Objects.requireNonNull(file.header().entries().get(tensor), tensor);
    float[] values = new float[(int) entry.elements()];
    file.read(entry, 0, values, 0, values.length);
    return values;
  }

  /** An I32 tensor {@code [rows, columns]} of a file. */
  static int[][] ints(SafetensorsFile file, String tensor) throws IOException {
    TensorEntry entry = Objects.requireNonNull(file.header().entries().get(tensor), tensor);
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    file.channel().read(bytes, entry.offset());
    bytes.flip();
    int[][] values = new int[entry.shape().get(0).intValue()][entry.shape().get(1).intValue()];
    for (int[] row : values) {
      for (int j = 0; j < row.length; j++) {
        row[j] = bytes.getInt();
      }
    }
    return values;
  }
}
