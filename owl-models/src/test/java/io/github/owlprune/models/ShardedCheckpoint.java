package io.github.owlprune.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Splits a checkpoint in one file into shards, in the order of the tensor names. */
public final class ShardedCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ShardedCheckpoint() {}

  /** Creates a copy of a folder whose weights are in {@code shards} files. */
  public static Path of(Path whole, Path folder, int shards) throws IOException {
    Files.createDirectory(folder);
    for (String name : TinyCheckpoint.names(whole).toList()) {
      if (!name.endsWith(".safetensors")) {
        Files.copy(whole.resolve(name), folder.resolve(name));
      }
    }
    byte[] file = Files.readAllBytes(whole.resolve("model.safetensors"));
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int data = Long.BYTES + length;
    JsonNode header = JSON.readTree(new String(file, Long.BYTES, length, StandardCharsets.UTF_8));
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    names.sort(null);
    ObjectNode index = JSON.createObjectNode();
    index.putObject("metadata").put("total_size", file.length - data);
    ObjectNode map = index.putObject("weight_map");
    for (int s = 0; s < shards; s++) {
      String shard = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", s + 1, shards);
      ObjectNode own = JSON.createObjectNode();
      byte[] bytes = new byte[0];
      for (String name :
          names.subList(names.size() * s / shards, names.size() * (s + 1) / shards)) {
        ObjectNode entry = header.get(name).deepCopy();
        int from = data + entry.get("data_offsets").get(0).asInt();
        int to = data + entry.get("data_offsets").get(1).asInt();
        int at = bytes.length;
        bytes = Arrays.copyOf(bytes, at + to - from);
        System.arraycopy(file, from, bytes, at, to - from);
        entry.putArray("data_offsets").add(at).add(bytes.length);
        own.set(name, entry);
        map.put(name, shard);
      }
      Files.write(folder.resolve(shard), TinyCheckpoint.safetensors(own.toString(), bytes));
    }
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
    return folder;
  }
}
