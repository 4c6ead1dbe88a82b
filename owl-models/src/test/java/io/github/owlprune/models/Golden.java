package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Reads golden files, which were made by an independent PyTorch program. */
public final class Golden {
  /** The folder with one subfolder per architecture. */
  public static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  /** The models with golden pruned weights. */
  private static final List<String> PRUNED = List.of("llama", "opt");

  private Golden() {}

  /** Returns the folders of all models. Their number is checked, so that no family is left out. */
  public static List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      List<Path> all =
          folders.filter(f -> Files.exists(f.resolve("config.json"))).sorted().toList();
      assertEquals(42, all.size());
      return all;
    }
  }

  /** Returns the folders of the models with golden pruned weights. */
  static Stream<Path> pruned() {
    return PRUNED.stream().map(FOLDER::resolve);
  }

  /** Returns each of these models with each of these files of pruned weights. */
  static Stream<Arguments> pruned(String... weights) {
    return pruned().flatMap(model -> Stream.of(weights).map(w -> Arguments.of(model, w)));
  }

  /**
   * Returns settings and results of the run that made a file of pruned weights; "" for the dense
   * model.
   */
  static JsonNode run(Path folder, String weights) throws IOException {
    for (JsonNode run : new ObjectMapper().readTree(folder.resolve("pruned.json").toFile())) {
      if (run.path("weights").asText().equals(weights)) {
        return run;
      }
    }
    throw new AssertionError("pruned.json has no run for " + weights);
  }

  /** Returns the token ids in a file of a model's folder. */
  static TokenIds ids(Path folder, String file) throws IOException {
    return Calibration.ids(folder.resolve(file));
  }

  /** Returns the values of a float tensor. */
  public static float[] floats(SafetensorsFile file, String tensor) throws IOException {
    TensorEntry entry = Objects.requireNonNull(file.header().entries().get(tensor), tensor);
    float[] values = new float[(int) entry.elements()];
    file.read(entry, 0, values, 0, values.length);
    return values;
  }

  /** Returns the values of an I32 tensor, {@code [rows, columns]}. */
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
