package io.github.owlprune.models.checkpoint;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
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
 * shards; {@link #requireAgreement} then checks it against the shards' own headers.
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

  /** Checks that every tensor is in the shard that the index names. */
  void requireAgreement(Map<String, SafetensorsFile> found) throws CheckpointException {
    for (Map.Entry<String, String> claim : shardOf.entrySet()) {
      SafetensorsFile holder = found.get(claim.getKey());
      if (holder == null || !holder.path().endsWith(claim.getValue())) {
        throw invalid(
            file,
            "it places tensor "
                + shown(claim.getKey())
                + " in "
                + shown(claim.getValue())
                + ", which does not contain it");
      }
    }
  }

  private static CheckpointException invalid(Path file, String what) {
    return new CheckpointException(
        file + " is not a valid index: " + what + "; download the index and its shards again");
  }
}
