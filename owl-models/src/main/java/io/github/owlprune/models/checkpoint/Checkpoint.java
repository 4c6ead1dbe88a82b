package io.github.owlprune.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.owlprune.models.safetensors.DType;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.StrictJson;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A Hugging Face folder, only ever read: {@code config.json} and {@code model.safetensors}. */
public final class Checkpoint implements AutoCloseable {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  private static final long LONGEST_CONFIG = 10_000_000;

  private final Path folder;
  private final JsonNode config;
  private final SafetensorsFile weights;

  private Checkpoint(Path folder, JsonNode config, SafetensorsFile weights) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
  }

  /**
   * Opens a folder.
   *
   * @param folder a Hugging Face folder
   * @return to be closed
   * @throws CheckpointException if it is incomplete or a file is not sound, saying what to do
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new CheckpointException(
          folder + " is no folder: it does not exist; is the path spelled right?");
    }
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder + " is no folder; give the folder that holds " + CONFIG + " and " + WEIGHTS);
    }
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new CheckpointException(folder + " holds no " + CONFIG + "; is it a model's folder?");
    }
    requireWeights(folder);
    JsonNode config = config(folder.resolve(CONFIG));
    return new Checkpoint(folder, config, SafetensorsFile.open(folder.resolve(WEIGHTS)));
  }

  private static void requireWeights(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))) {
      return;
    }
    String why = "; is the download complete?";
    if (Files.exists(folder.resolve(WEIGHTS + ".index.json"))) {
      why = " but an index of shards; this release reads one file: merge the shards";
    } else if (Files.exists(folder.resolve("pytorch_model.bin"))) {
      why =
          " but a pickle, which can run code when it is read; save it as safetensors with"
              + " transformers first";
    }
    throw new CheckpointException(folder + " holds no " + WEIGHTS + why);
  }

  private static JsonNode config(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LONGEST_CONFIG) {
      throw new CheckpointException(
          file + " has " + size + " bytes; a configuration has a few thousand: fetch it anew");
    }
    byte[] text = Files.readAllBytes(file);
    return StrictJson.object(file.toString(), text, 0, text.length);
  }

  /**
   * The folder.
   *
   * @return as it was given
   */
  public Path folder() {
    return folder;
  }

  /**
   * The model's configuration.
   *
   * @return the content of {@code config.json}
   */
  public JsonNode config() {
    return config;
  }

  /**
   * The number of values in all tensors.
   *
   * @return the sum of their elements
   */
  public long parameters() {
    return weights.header().entries().values().stream().mapToLong(TensorEntry::elements).sum();
  }

  /**
   * A tensor's description.
   *
   * @param tensor its name
   * @return type, shape and place
   * @throws CheckpointException if there is none of that name
   */
  public TensorEntry entry(String tensor) throws CheckpointException {
    TensorEntry entry = weights.header().entries().get(tensor);
    if (entry == null) {
      throw new CheckpointException(
          folder.resolve(WEIGHTS)
              + " holds no tensor "
              + tensor
              + ", which its configuration asks"
              + " for; are both of the same model?");
    }
    return entry;
  }

  /**
   * Whether there are tensors whose names begin so.
   *
   * @param prefix such as {@code model.}
   * @return true if there is at least one
   */
  public boolean hasTensors(String prefix) {
    return weights.header().entries().keySet().stream().anyMatch(n -> n.startsWith(prefix));
  }

  SafetensorsFile weights() {
    return weights;
  }

  /**
   * Refuses a tensor that is missing, of another shape, or not computed with.
   *
   * @param tensor its name
   * @param shape what its shape must be
   * @throws CheckpointException saying what is wrong
   */
  public void require(String tensor, long... shape) throws CheckpointException {
    TensorEntry entry = entry(tensor);
    List<Long> needed = Arrays.stream(shape).boxed().toList();
    if (!entry.shape().equals(needed)) {
      throw new CheckpointException(
          folder.resolve(WEIGHTS)
              + ": tensor "
              + tensor
              + " has the shape "
              + entry.shape()
              + ", but the configuration asks for "
              + needed);
    }
    DType dtype = entry.dtype();
    if (!dtype.isComputable()) {
      throw new CheckpointException(
          folder.resolve(WEIGHTS)
              + ": tensor "
              + tensor
              + " is of type "
              + dtype
              + "; only F32, F16 and BF16 are computed with: convert the model first");
    }
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
