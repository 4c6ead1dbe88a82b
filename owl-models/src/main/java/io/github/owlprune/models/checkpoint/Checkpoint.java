package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.github.owlprune.models.safetensors.DType;
import io.github.owlprune.models.safetensors.InvalidFileException;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Hugging Face folder, opened for reading: {@code config.json} and the weights, either {@code
 * model.safetensors} or the shards listed in {@code model.safetensors.index.json}. The folder and
 * its files may be symbolic links, as in the Hugging Face cache.
 */
public final class Checkpoint implements AutoCloseable {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  private static final List<String> PICKLES =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "consolidated.00.pth");
  private static final long LONGEST_CONFIG = 10_000_000;

  private final Path folder;
  private final JsonNode config;
  private final Shards weights;

  private Checkpoint(Path folder, JsonNode config, Shards weights) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
  }

  /**
   * Opens a folder.
   *
   * @param folder a Hugging Face folder
   * @return the checkpoint, to be closed
   * @throws CheckpointException if the folder is incomplete or inconsistent
   * @throws InvalidFileException if a file is malformed
   * @throws IOException if a file cannot be read
   */
  public static Checkpoint open(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new CheckpointException("there is no folder " + folder + "; check the path");
    }
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder + " is not a folder; give the folder that contains " + CONFIG + " and " + WEIGHTS);
    }
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new CheckpointException(
          folder + " contains no " + CONFIG + "; give a Hugging Face model folder");
    }
    requireWeights(folder);
    JsonNode config = JsonFile.object(folder.resolve(CONFIG), LONGEST_CONFIG);
    return new Checkpoint(folder, config, Shards.open(folder));
  }

  private static void requireWeights(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))
        || Files.isRegularFile(folder.resolve(ShardIndex.NAME))) {
      return;
    }
    String why = " and no " + ShardIndex.NAME + "; check that the download is complete";
    for (String pickle : PICKLES) {
      if (Files.exists(folder.resolve(pickle))) {
        why =
            " but "
                + pickle
                + ": pickles are not supported because they can run arbitrary code; load the model"
                + " in transformers and save it with save_pretrained, which writes safetensors";
        break;
      }
    }
    throw new CheckpointException(folder + " contains no " + WEIGHTS + why);
  }

  /**
   * Returns the folder.
   *
   * @return the path as given
   */
  public Path folder() {
    return folder;
  }

  /**
   * Returns the model's configuration.
   *
   * @return the content of {@code config.json}
   */
  public JsonNode config() {
    return config;
  }

  /**
   * Returns the number of elements in all tensors.
   *
   * @return the sum over all tensors
   */
  public long parameters() {
    return entries().mapToLong(TensorEntry::elements).sum();
  }

  /**
   * Returns the size of all tensors.
   *
   * @return bytes
   */
  public long bytes() {
    return entries().mapToLong(TensorEntry::bytes).sum();
  }

  private Stream<TensorEntry> entries() {
    return weights.files().stream().flatMap(f -> f.header().entries().values().stream());
  }

  /**
   * Returns fingerprints of the files, to recognise a changed checkpoint.
   *
   * @return for each file, by name: its size, its time of last modification, and a hash of its
   *     configuration or header
   * @throws UncheckedIOException if a file cannot be read any more
   */
  public Map<String, String> origin() {
    Map<String, String> origin = new LinkedHashMap<>();
    try {
      Path text = folder.resolve(CONFIG);
      origin.put(CONFIG, identity(text, ByteBuffer.wrap(Files.readAllBytes(text))));
      for (SafetensorsFile file : weights.files()) {
        String name = file.path().getFileName().toString();
        origin.put(name, identity(file.path(), file.header().raw().duplicate()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + " again: " + e.getMessage(), e);
    }
    return origin;
  }

  private static String identity(Path file, ByteBuffer description) throws IOException {
    return Files.size(file)
        + " bytes of "
        + Files.getLastModifiedTime(file)
        + ", SHA-256 "
        + Hashing.sha256().hashBytes(description);
  }

  /**
   * Returns a tensor's description.
   *
   * @param tensor the tensor's name
   * @return type, shape and position in its file
   * @throws CheckpointException if there is no such tensor
   */
  public TensorEntry entry(String tensor) throws CheckpointException {
    TensorEntry entry = weights.entry(tensor);
    if (entry == null) {
      throw new CheckpointException(
          weights.directory()
              + " contains no tensor "
              + tensor
              + ", which the configuration requires; check that both belong to the same model");
    }
    return entry;
  }

  /**
   * Returns whether any tensor's name starts with a prefix.
   *
   * @param prefix such as {@code model.}
   * @return true if there is at least one
   */
  public boolean hasTensors(String prefix) {
    return weights.tensors().stream().anyMatch(n -> n.startsWith(prefix));
  }

  Shards weights() {
    return weights;
  }

  /**
   * Checks that a tensor exists and has a given shape and a supported type.
   *
   * @param tensor the tensor's name
   * @param shape the expected shape
   * @throws CheckpointException if it is missing, or has another shape or type; the message names
   *     both
   */
  public void require(String tensor, long... shape) throws CheckpointException {
    TensorEntry entry = entry(tensor);
    List<Long> needed = Arrays.stream(shape).boxed().toList();
    if (!entry.shape().equals(needed)) {
      throw new CheckpointException(
          weights.file(tensor).path()
              + ": tensor "
              + tensor
              + " has the shape "
              + shown(entry.shape())
              + ", but the configuration requires "
              + needed
              + "; check that both belong to the same model");
    }
    DType dtype = entry.dtype();
    if (!dtype.isComputable()) {
      throw new CheckpointException(
          weights.file(tensor).path()
              + ": tensor "
              + tensor
              + " is of type "
              + dtype
              + "; only F32, F16 and BF16 are supported: convert the model first");
    }
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
