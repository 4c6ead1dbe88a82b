package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.github.owlprune.models.safetensors.DType;
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
 * A Hugging Face folder, only ever read: {@code config.json} and the weights, {@code
 * model.safetensors} or the shards that {@code model.safetensors.index.json} names. The folder and
 * its files may be links, as those of the Hugging Face cache are.
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
    JsonNode config = JsonFile.object(folder.resolve(CONFIG), LONGEST_CONFIG);
    return new Checkpoint(folder, config, Shards.open(folder));
  }

  private static void requireWeights(Path folder) throws IOException {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))
        || Files.isRegularFile(folder.resolve(ShardIndex.NAME))) {
      return;
    }
    String why = " and no " + ShardIndex.NAME + "; is the download complete?";
    for (String pickle : PICKLES) {
      if (Files.exists(folder.resolve(pickle))) {
        why =
            " but "
                + pickle
                + ": pickles are not read, for they can run any code; load the folder in"
                + " transformers and save it anew with save_pretrained, which writes safetensors";
        break;
      }
    }
    throw new CheckpointException(folder + " holds no " + WEIGHTS + why);
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
    return entries().mapToLong(TensorEntry::elements).sum();
  }

  /**
   * The size of all tensors.
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
   * What the tensors and the configuration are read from.
   *
   * @return for each file its size, when it was last changed, and a hash of what describes the
   *     model in it, by its name
   * @throws UncheckedIOException if a file is gone
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
      throw new UncheckedIOException(folder + " is not what it was: " + e.getMessage(), e);
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
   * A tensor's description.
   *
   * @param tensor its name
   * @return type, shape and place in its file
   * @throws CheckpointException if there is none of that name
   */
  public TensorEntry entry(String tensor) throws CheckpointException {
    TensorEntry entry = weights.entry(tensor);
    if (entry == null) {
      throw new CheckpointException(
          weights.directory()
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
    return weights.tensors().stream().anyMatch(n -> n.startsWith(prefix));
  }

  Shards weights() {
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
          weights.file(tensor).path()
              + ": tensor "
              + tensor
              + " has the shape "
              + shown(entry.shape())
              + ", but the configuration asks for "
              + needed);
    }
    DType dtype = entry.dtype();
    if (!dtype.isComputable()) {
      throw new CheckpointException(
          weights.file(tensor).path()
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
