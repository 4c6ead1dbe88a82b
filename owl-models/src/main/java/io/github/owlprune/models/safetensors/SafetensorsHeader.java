package io.github.owlprune.models.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.owlprune.models.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The header of a file, checked whole: 8 bytes of length, little-endian; a JSON object of that many
 * bytes; then the tensors' bytes, without gap or overlap, to the end of the file. Nothing that it
 * claims is believed before it was held against the file's size.
 *
 * @param raw the length and the JSON, byte for byte
 * @param entries the tensors in the order in which they lie in the file
 */
public record SafetensorsHeader(ByteBuffer raw, Map<String, TensorEntry> entries) {
  private static final long LONGEST = 100_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size < Long.BYTES) {
      throw corrupt(file, "it has " + size + " bytes, fewer than a header's length takes");
    }
    readFully(file, channel, prefix, 0);
    long length = prefix.getLong(0);
    if (length < 2 || length > size - Long.BYTES || length > LONGEST) {
      throw corrupt(
          file,
          "its header claims " + length + " bytes, but the file has " + size + " bytes in all");
    }
    ByteBuffer raw = ByteBuffer.allocate((int) (Long.BYTES + length));
    readFully(file, channel, raw, 0);
    raw.flip();
    String json = new String(raw.array(), Long.BYTES, (int) length, StandardCharsets.UTF_8);
    List<TensorEntry> entries = entries(file, parse(file, json), Long.BYTES + length, size);
    Map<String, TensorEntry> byName = new LinkedHashMap<>();
    entries.forEach(e -> byName.put(e.name(), e));
    return new SafetensorsHeader(raw.asReadOnlyBuffer(), byName);
  }

  private static JsonNode parse(Path file, String json) throws CheckpointException {
    try {
      JsonNode tree = JSON.readTree(json);
      if (!tree.isObject()) {
        throw corrupt(file, "its header is no JSON object");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw corrupt(file, "its header is no JSON: " + e.getOriginalMessage());
    }
  }

  private static List<TensorEntry> entries(Path file, JsonNode tree, long dataStart, long size)
      throws CheckpointException {
    List<TensorEntry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        entries.add(entry(file, field.getKey(), field.getValue(), dataStart));
      }
    }
    entries.sort(
        Comparator.comparingLong(TensorEntry::offset).thenComparingLong(TensorEntry::bytes));
    long at = dataStart;
    for (TensorEntry e : entries) {
      if (e.offset() != at) {
        throw corrupt(
            file,
            "tensor "
                + e.name()
                + (e.offset() < at ? " overlaps the one before it" : " leaves a gap before it"));
      }
      at += e.bytes();
      if (at > size) {
        throw corrupt(
            file, "tensor " + e.name() + " ends at byte " + at + ", but the file has " + size);
      }
    }
    if (at != size) {
      throw corrupt(
          file, "its tensors end at byte " + at + ", but the file has " + size + " bytes");
    }
    return entries;
  }

  private static TensorEntry entry(Path file, String name, JsonNode node, long dataStart)
      throws CheckpointException {
    DType dtype = dtype(file, name, node.path("dtype"));
    List<Long> shape = new ArrayList<>();
    JsonNode dimensions = node.path("shape");
    if (!dimensions.isArray()) {
      throw corrupt(file, "tensor " + name + " has no shape");
    }
    long elements = 1;
    for (JsonNode d : dimensions) {
      shape.add(number(file, name, "shape", d));
    }
    JsonNode offsets = node.path("data_offsets");
    if (!offsets.isArray() || offsets.size() != 2) {
      throw corrupt(file, "tensor " + name + " has no pair of data_offsets");
    }
    long begin = number(file, name, "data_offsets", offsets.get(0));
    long end = number(file, name, "data_offsets", offsets.get(1));
    try {
      for (long d : shape) {
        elements = Math.multiplyExact(elements, d);
      }
      long bytes = Math.multiplyExact(elements, dtype.bytes());
      if (end - begin != bytes) {
        throw corrupt(
            file,
            "tensor "
                + name
                + " of "
                + dtype
                + " "
                + shape
                + " takes "
                + bytes
                + " bytes, but its data_offsets span "
                + (end - begin));
      }
      return new TensorEntry(name, dtype, shape, Math.addExact(dataStart, begin), elements);
    } catch (ArithmeticException e) {
      throw corrupt(file, "tensor " + name + " claims the impossible shape " + shape);
    }
  }

  private static DType dtype(Path file, String name, JsonNode node) throws CheckpointException {
    String text = node.asText().toUpperCase(Locale.ROOT);
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(text)) {
        return dtype;
      }
    }
    throw corrupt(file, "tensor " + name + " has the unknown dtype " + node);
  }

  private static long number(Path file, String name, String field, JsonNode node)
      throws CheckpointException {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw corrupt(file, "tensor " + name + " has " + node + " among its " + field);
    }
    return node.longValue();
  }

  static void readFully(Path file, FileChannel channel, ByteBuffer into, long from)
      throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw corrupt(file, "it ends at byte " + at + "; was it cut off meanwhile?");
      }
      at += read;
    }
  }

  static CheckpointException corrupt(Path file, String what) {
    return new CheckpointException(
        file + " is no sound safetensors file: " + what + "; fetch it anew");
  }
}
