package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The open files that contain a checkpoint's tensors: {@code model.safetensors}, or all shards of
 * its index. Symbolic links are followed.
 */
final class Shards implements AutoCloseable {
  private final Path directory; // the weights themselves, or the index
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
  private Map<String, String> wrongClaims = Map.of(); // of the index

  private Shards(Path directory, List<SafetensorsFile> files) {
    this.directory = directory;
    this.files = files;
  }

  /** Opens the weights in a folder. The headers of shards prevail over their index. */
  static Shards open(Path folder) throws IOException {
    Path single = folder.resolve(Checkpoint.WEIGHTS);
    Path indexFile = folder.resolve(ShardIndex.NAME);
    if (!Files.isRegularFile(indexFile)) {
      return opened(single, List.of(single));
    }
    ShardIndex index = ShardIndex.read(indexFile);
    List<Path> paths = index.shards().stream().map(folder::resolve).toList();
    if (Files.exists(single) && !paths.contains(single)) {
      throw new CheckpointException(
          folder
              + " contains two sets of weights: "
              + Checkpoint.WEIGHTS
              + ", and the shards in "
              + ShardIndex.NAME
              + ", such as "
              + shown(paths.get(0).getFileName())
              + "; remove one of the two sets");
    }
    for (Path path : paths) {
      requirePresent(indexFile, path);
    }
    Shards shards = opened(indexFile, paths);
    shards.wrongClaims = index.wrongClaims(shards.fileOf);
    return shards;
  }

  private static void requirePresent(Path index, Path shard) throws IOException {
    if (Files.isRegularFile(shard)) {
      return;
    }
    String where =
        Files.isSymbolicLink(shard)
            ? ", a link to " + Files.readSymbolicLink(shard) + ", which is not a file"
            : ", which does not exist";
    throw new CheckpointException(
        index
            + " names "
            + shown(shard.getFileName())
            + where
            + "; check that the download is complete");
  }

  private static Shards opened(Path directory, List<Path> paths) throws IOException {
    List<SafetensorsFile> files = SafetensorsFile.openAll(paths);
    Shards shards = new Shards(directory, files);
    try {
      for (SafetensorsFile file : files) {
        shards.add(file);
      }
      return shards;
    } catch (CheckpointException e) {
      shards.close();
      throw e;
    }
  }

  private void add(SafetensorsFile file) throws CheckpointException {
    for (String tensor : file.header().entries().keySet()) {
      SafetensorsFile other = fileOf.putIfAbsent(tensor, file);
      if (other != null) {
        throw new CheckpointException(
            "tensor "
                + shown(tensor)
                + " is in "
                + other.path()
                + " and in "
                + file.path()
                + "; one of them belongs to another download: download the folder again");
      }
    }
  }

  /** Opens the copies of these files in another folder, complete or unfinished. */
  Shards openCopies(Path folder) throws IOException {
    List<SafetensorsFile> others = new ArrayList<>();
    Shards shards = new Shards(directory, others);
    try {
      for (SafetensorsFile file : files) {
        SafetensorsFile other = file.openCopy(folder.resolve(file.path().getFileName().toString()));
        others.add(other);
        other.header().entries().keySet().forEach(tensor -> shards.fileOf.put(tensor, other));
      }
      return shards;
    } catch (IOException e) {
      shards.close();
      throw e;
    }
  }

  /** Returns the file that lists the tensors: the weights themselves, or the index. */
  Path directory() {
    return directory;
  }

  /** Returns all files in the order of their names. */
  List<SafetensorsFile> files() {
    return files;
  }

  /** Returns the file that contains an existing tensor. */
  SafetensorsFile file(String tensor) {
    return Objects.requireNonNull(fileOf.get(tensor), tensor);
  }

  /** Returns a tensor's position in its file, or null if there is no such tensor. */
  @Nullable TensorEntry entry(String tensor) {
    SafetensorsFile file = fileOf.get(tensor);
    return file == null ? null : file.header().entries().get(tensor);
  }

  /** Returns the shard in which the index places a tensor that is not there, null for none. */
  @Nullable String wrongClaim(String tensor) {
    return wrongClaims.get(tensor);
  }

  /** Returns an index that agrees with the shards; empty if the index does, or there is none. */
  Optional<String> correctedIndex() throws IOException {
    if (wrongClaims.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> shardOf = new TreeMap<>();
    fileOf.forEach((tensor, file) -> shardOf.put(tensor, file.path().getFileName().toString()));
    long bytes =
        files.stream()
            .flatMap(file -> file.header().entries().values().stream())
            .mapToLong(TensorEntry::bytes)
            .sum();
    return Optional.of(ShardIndex.text(shardOf, bytes));
  }

  /** Returns the names of all tensors. */
  Set<String> tensors() {
    return Collections.unmodifiableSet(fileOf.keySet());
  }

  @Override
  public void close() throws IOException {
    SafetensorsFile.closeAll(files);
  }
}
