package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
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
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Hugging Face folder, opened for reading: {@code config.json} and the weights, either {@code
 * model.safetensors} or the shards listed in {@code model.safetensors.index.json}. The folder and
 * its files may be symbolic links, as in the Hugging Face cache.
 */
public final class Checkpoint implements AutoCloseable {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  private static final Pattern PICKLE =
      Pattern.compile("pytorch_model.*\\.bin(\\.index\\.json)?|.*\\.(pth|pt|ckpt)");
  private static final long LONGEST_CONFIG = 10_000_000;
  private static final int COMPARED_AT_ONCE = 1 << 14; // values

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
    throw new CheckpointException(
        folder + " contains no " + WEIGHTS + insteadOfWeights(FolderFiles.files(folder)));
  }

  /** Returns what a folder contains instead of weights, and what to do. */
  private static String insteadOfWeights(List<Path> files) {
    List<String> names = files.stream().map(f -> f.getFileName().toString()).toList();
    for (String name : names) {
      if (PICKLE.matcher(name).matches()) {
        return " but "
            + name
            + ": pickles are not supported because they can run arbitrary code; load the model in"
            + " transformers and save it with save_pretrained, which writes safetensors";
      } else if (name.endsWith(".gguf")) {
        return " but " + name + "; open the model that it was made from, as safetensors";
      } else if (name.startsWith("adapter_model.")) {
        return " but "
            + name
            + ", an adapter of PEFT; merge it into its base model with merge_and_unload(), and save"
            + " the merged model";
      } else if (name.endsWith(".h5") || name.endsWith(".msgpack")) {
        return " but " + name + "; load the model in transformers and save it with save_pretrained";
      }
    }
    return " and no "
        + ShardIndex.NAME
        + names.stream()
            .filter(n -> n.endsWith(".safetensors"))
            .findFirst()
            .map(n -> ", only " + n + ", which is not read without an index")
            .orElse("")
        + "; check that the download is complete";
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

  /**
   * Returns the types of the tensors.
   *
   * @return the number of elements by type; the most frequent type first
   */
  public Map<String, Long> elementsByType() {
    Map<String, Long> counts =
        entries()
            .collect(
                Collectors.groupingBy(
                    TensorEntry::typeName,
                    TreeMap::new,
                    Collectors.summingLong(TensorEntry::elements)));
    Map<String, Long> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  private Stream<TensorEntry> entries() {
    return weights.files().stream().flatMap(f -> f.header().entries().values().stream());
  }

  /**
   * Returns the size of a saved copy: the files of the weights, and what is copied beside them.
   *
   * @return bytes
   * @throws IOException if the folder cannot be read
   */
  public long bytesToSave() throws IOException {
    return fileBytes() + companions().bytes();
  }

  /**
   * Returns the size of the files that contain the weights.
   *
   * @return bytes
   * @throws IOException if their sizes cannot be read
   */
  public long fileBytes() throws IOException {
    long bytes = 0;
    for (SafetensorsFile file : weights.files()) {
      bytes += Files.size(file.path());
    }
    return bytes;
  }

  /**
   * Returns which files of the folder a saved copy lacks: weights in other files or formats, which
   * would still be dense, and states of a training.
   *
   * @return file names in alphabetical order; without subfolders, which are never copied
   * @throws IOException if the folder cannot be read
   */
  public List<String> leftOut() throws IOException {
    return companions().leftOut();
  }

  /** Returns the files beside the weights. */
  Companions companions() throws IOException {
    return Companions.of(folder, weights);
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
      throw MissingTensor.exception(weights, tensor);
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

  /**
   * Returns whether there is a tensor of a name.
   *
   * @param tensor the tensor's name
   * @return true if there is
   */
  public boolean has(String tensor) {
    return weights.entry(tensor) != null;
  }

  /**
   * Compares two tensors, a few values at a time, up to the first difference.
   *
   * @param one the name of a tensor
   * @param other the name of a tensor
   * @return true if both have the same shape and values after conversion to float32; NaN equals
   *     NaN. False if a type cannot be converted
   * @throws CheckpointException if there is no such tensor
   * @throws IOException if one cannot be read
   */
  public boolean sameValues(String one, String other) throws IOException {
    TensorEntry a = entry(one);
    TensorEntry b = entry(other);
    if (!a.shape().equals(b.shape()) || !a.dtype().isComputable() || !b.dtype().isComputable()) {
      return false;
    }
    int step = (int) Math.min(COMPARED_AT_ONCE, a.elements());
    float[] ofA = new float[step];
    float[] ofB = new float[step];
    for (long first = 0; first < a.elements(); first += step) {
      int count = (int) Math.min(step, a.elements() - first);
      weights.file(one).read(a, first, ofA, 0, count);
      weights.file(other).read(b, first, ofB, 0, count);
      for (int i = 0; i < count; i++) {
        if (ofA[i] != ofB[i] && !(Float.isNaN(ofA[i]) && Float.isNaN(ofB[i]))) {
          return false;
        }
      }
    }
    return true;
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
    if (!entry.dtype().isComputable()) {
      // First, because packed weights have other shapes too.
      throw new CheckpointException(weights.file(tensor).path() + ": " + entry.refusal());
    }
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
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
