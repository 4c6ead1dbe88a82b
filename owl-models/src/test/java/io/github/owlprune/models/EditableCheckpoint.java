package io.github.owlprune.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The configuration and tensors of a small checkpoint, to be changed and written to a folder. */
public final class EditableCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A tensor as it is stored. */
  private record Stored(String dtype, List<Long> shape, ByteBuffer values) {
    Stored(String dtype, List<Long> shape, byte[] bytes) {
      this(dtype, shape, ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN));
    }

    byte[] bytes() {
      byte[] bytes = new byte[values.capacity()];
      values.get(0, bytes);
      return bytes;
    }
  }

  private final ObjectNode config;
  private final Map<String, Stored> tensors = new TreeMap<>();

  private EditableCheckpoint(ObjectNode config) {
    this.config = config;
  }

  /** Reads a folder with its weights in one file. */
  public static EditableCheckpoint of(Path folder) throws IOException {
    JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
    EditableCheckpoint checkpoint = new EditableCheckpoint((ObjectNode) config);
    byte[] file = Files.readAllBytes(folder.resolve("model.safetensors"));
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      for (TensorEntry e : weights.header().entries().values()) {
        byte[] bytes = new byte[(int) e.bytes()];
        System.arraycopy(file, (int) e.offset(), bytes, 0, bytes.length);
        checkpoint.tensors.put(e.name(), new Stored(e.typeName(), e.shape(), bytes));
      }
    }
    return checkpoint;
  }

  /** Returns the configuration, which may be changed. */
  public ObjectNode config() {
    return config;
  }

  /** Returns whether there is a tensor of a name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Adds a tensor of any type. */
  public EditableCheckpoint add(String name, String dtype, List<Long> shape, byte[] bytes) {
    tensors.put(name, new Stored(dtype, shape, bytes));
    return this;
  }

  /** Removes a tensor. */
  public EditableCheckpoint remove(String name) {
    Objects.requireNonNull(tensors.remove(name), name);
    return this;
  }

  /** Stores a tensor's values under another name too. */
  public EditableCheckpoint copy(String name, String to) {
    Stored from = Objects.requireNonNull(tensors.get(name), name);
    tensors.put(to, new Stored(from.dtype(), from.shape(), from.bytes().clone()));
    return this;
  }

  /** Sets an element of an F32 tensor. */
  public EditableCheckpoint set(String name, int element, float value) {
    Stored tensor = Objects.requireNonNull(tensors.get(name), name);
    tensor.values().putFloat(element * Float.BYTES, value);
    return this;
  }

  /** Replaces the beginning of every tensor name. */
  public EditableCheckpoint rename(String prefix, String by) {
    Map<String, Stored> all = new TreeMap<>(tensors);
    tensors.clear();
    all.forEach(
        (name, t) ->
            tensors.put(name.startsWith(prefix) ? by + name.substring(prefix.length()) : name, t));
    return this;
  }

  /** Returns the weights as a file. */
  public byte[] weights() {
    ObjectNode header = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(
        (name, t) -> {
          ObjectNode entry = header.putObject(name).put("dtype", t.dtype());
          entry.set("shape", JSON.valueToTree(t.shape()));
          entry.putArray("data_offsets").add(data.size()).add(data.size() + t.bytes().length);
          data.writeBytes(t.bytes());
        });
    return TinyCheckpoint.safetensors(header.toString(), data.toByteArray());
  }

  /** Writes configuration and weights to a new folder. */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config.toPrettyString());
    Files.write(folder.resolve("model.safetensors"), weights());
    return folder;
  }
}
