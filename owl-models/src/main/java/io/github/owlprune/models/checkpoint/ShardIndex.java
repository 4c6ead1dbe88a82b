package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The index of weights in several files, which maps tensors to shards. It is used to find the
 * shards, whose own headers say what they contain; {@link #wrongClaims} compares the two.
 *
 * @param file the index
 * @param shardOf the name of each tensor's shard, a file in the same folder
 */
record ShardIndex(Path file, Map<String, String> shardOf) {
  static final String NAME = Checkpoint.WEIGHTS + ".index.json";
  private static final String MAP = "weight_map";
  private static final long LONGEST = 100_000_000;

  /** Reads an index. */
  static ShardIndex read(Path file) throws IOException {
    JsonNode map = JsonFile.object(file, LONGEST).path(MAP);
    if (!map.isObject() || map.isEmpty()) {
      throw invalid(file, "its " + MAP + " is not an object that maps tensors to files");
    }
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : map.properties()) {
      JsonNode shard = field.getValue();
      if (!shard.isTextual() || !isFileOf(file, shard.textValue())) {
        throw invalid(
            file,
            "its "
                + MAP
                + " places tensor "
                + shown(field.getKey())
                + " in "
                + shown(shard)
                + ", but a shard must be a file of the same folder whose name ends in"
                + " .safetensors");
      }
      shardOf.put(field.getKey(), shard.textValue());
    }
    return new ShardIndex(file, Collections.unmodifiableMap(shardOf));
  }

  /** Returns whether a name refers to a file in the same folder on every operating system. */
  private static boolean isFileOf(Path index, String name) {
    if (!name.endsWith(".safetensors") || name.contains("/") || name.contains("\\")) {
      return false;
    }
    try {
      Path path = index.getFileSystem().getPath(name);
      return path.getRoot() == null && path.getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Returns the names of all shards. */
  SortedSet<String> shards() {
    return new TreeSet<>(shardOf.values());
  }

  /**
   * Returns the claims that are wrong: the tensors that are not in the shard that the index names.
   * Transformers ignores them, as it reads whatever the shards contain.
   *
   * @return the claimed shard by tensor
   */
  Map<String, String> wrongClaims(Map<String, SafetensorsFile> found) {
    Map<String, String> wrong = new LinkedHashMap<>();
    shardOf.forEach(
        (tensor, shard) -> {
          SafetensorsFile holder = found.get(tensor);
          if (holder == null || !holder.path().endsWith(shard)) {
            wrong.put(tensor, shard);
          }
        });
    return Collections.unmodifiableMap(wrong);
  }

  /** Returns the text of an index. */
  static String text(Map<String, String> shardOf, long bytes) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode index = json.createObjectNode();
    index.putObject("metadata").put("total_size", bytes);
    ObjectNode map = index.putObject(MAP);
    shardOf.forEach(map::put);
    return json.writerWithDefaultPrettyPrinter().writeValueAsString(index);
  }

  private static CheckpointException invalid(Path file, String what) {
    return new CheckpointException(
        file + " is not a valid index: " + what + "; download the index and its shards again");
  }
}
