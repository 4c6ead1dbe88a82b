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
 * The index of weights in several files. It is read for the names of the shards, and nothing that
 * it says of the tensors is believed before it was held against the shards' own headers.
 *
 * @param file the index
 * @param shardOf the name of each tensor's shard, a file of the same folder
 */
record ShardIndex(Path file, Map<String, String> shardOf) {
  static final String NAME = Checkpoint.WEIGHTS + ".index.json";
  private static final String MAP = "weight_map";
  private static final long LONGEST = 100_000_000;

  static ShardIndex read(Path file) throws IOException {
    JsonNode map = JsonFile.object(file, LONGEST).path(MAP);
    if (!map.isObject() || map.isEmpty()) {
      throw unsound(
          file, "its " + MAP + " must be an object that names each tensor's file, and is not");
    }
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : map.properties()) {
      JsonNode shard = field.getValue();
      if (!shard.isTextual() || !isFileOf(file, shard.textValue())) {
        throw unsound(
            file,
            "its "
                + MAP
                + " places tensor "
                + shown(field.getKey())
                + " in "
                + shown(shard)
                + ", but a shard is a file of the same folder whose name ends in .safetensors");
      }
      shardOf.put(field.getKey(), shard.textValue());
    }
    return new ShardIndex(file, Collections.unmodifiableMap(shardOf));
  }

  /** Whether a name leads to no other folder, on any system. */
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

  /** The names of all shards. */
  SortedSet<String> shards() {
    return new TreeSet<>(shardOf.values());
  }

  /** Refuses an index that places a tensor elsewhere than it lies. */
  void requireAgreement(Map<String, SafetensorsFile> found) throws CheckpointException {
    for (Map.Entry<String, String> claim : shardOf.entrySet()) {
      SafetensorsFile holder = found.get(claim.getKey());
      if (holder == null || !holder.path().endsWith(claim.getValue())) {
        throw unsound(
            file,
            "it places tensor "
                + shown(claim.getKey())
                + " in "
                + shown(claim.getValue())
                + ", which holds none of that name");
      }
    }
  }

  private static CheckpointException unsound(Path file, String what) {
    return new CheckpointException(
        file + " is no sound index: " + what + "; fetch the index and its shards anew");
  }
}
