package io.github.owlprune.models.safetensors;

import static io.github.owlprune.models.safetensors.StrictJson.shown;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The checked header of a safetensors file: 8 bytes of length, little-endian; a JSON object of that
 * many bytes; then the tensors' bytes without gap or overlap up to the end of the file. Everything
 * that the header claims is checked against the file's size before it is used.
 *
 * @param raw the length and the JSON, byte for byte
 * @param entries the tensors in the order of their offsets
 */
public record SafetensorsHeader(ByteBuffer raw, Map<String, TensorEntry> entries) {
  private static final long LONGEST = 100_000_000;
  private static final String METADATA = "__metadata__";
  private static final Pattern TYPE = Pattern.compile("\\w{1,32}");

  /** Reads and checks the header of a file. */
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size < Long.BYTES) {
      FileKind.requireOther(file, channel);
      throw corrupt(file, "it has " + size + " bytes, but the header's length alone takes 8");
    }
    readFully(file, channel, prefix, 0);
    long length = prefix.getLong(0);
    if (length < 2 || length > size - Long.BYTES) {
      FileKind.requireOther(file, channel);
      throw corrupt(
          file,
          "its header claims " + length + " bytes, but the file has " + size + " bytes in all");
    }
    if (length > LONGEST) {
      FileKind.requireOther(file, channel);
      throw corrupt(file, "its header claims " + length + " bytes; the format allows " + LONGEST);
    }
    ByteBuffer raw = ByteBuffer.allocate((int) (Long.BYTES + length));
    readFully(file, channel, raw, 0);
    raw.flip();
    if (raw.get(Long.BYTES) != '{') {
      FileKind.requireOther(file, channel); // another format whose first bytes may be a length
    }
    JsonNode tree =
        StrictJson.object("the header of " + file, raw.array(), Long.BYTES, (int) length);
    requireTextValues(file, tree.path(METADATA));
    List<TensorEntry> entries = entries(file, tree, Long.BYTES + length, size);
    Map<String, TensorEntry> byName = new LinkedHashMap<>();
    entries.forEach(e -> byName.put(e.name(), e));
    return new SafetensorsHeader(raw.asReadOnlyBuffer(), Collections.unmodifiableMap(byName));
  }

  private static void requireTextValues(Path file, JsonNode metadata) throws InvalidFileException {
    if (!metadata.isMissingNode() && !metadata.isObject()) {
      throw corrupt(file, "its " + METADATA + " is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : metadata.properties()) {
      if (!field.getValue().isTextual()) {
        throw corrupt(
            file, "its " + METADATA + " has a value other than text for " + shown(field.getKey()));
      }
    }
  }

  private static List<TensorEntry> entries(Path file, JsonNode tree, long dataStart, long size)
      throws InvalidFileException {
    List<TensorEntry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!field.getKey().equals(METADATA)) {
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
                + shown(e.name())
                + (e.offset() < at ? " overlaps the one before it" : " leaves a gap before it"));
      }
      if (e.bytes() > size - at) {
        throw corrupt(
            file,
            "tensor "
                + shown(e.name())
                + " of "
                + e.bytes()
                + " bytes begins at byte "
                + at
                + ", but the file has "
                + size);
      }
      at += e.bytes();
    }
    if (at != size) {
      throw corrupt(
          file, "its tensors end at byte " + at + ", but the file has " + size + " bytes");
    }
    return entries;
  }

  private static TensorEntry entry(Path file, String name, JsonNode node, long dataStart)
      throws InvalidFileException {
    String type = type(file, name, node.path("dtype"));
    DType dtype = DType.of(type);
    List<Long> shape = new ArrayList<>();
    JsonNode dimensions = node.path("shape");
    if (!dimensions.isArray()) {
      throw corrupt(file, "tensor " + shown(name) + " has no shape");
    }
    long elements = 1;
    for (JsonNode d : dimensions) {
      shape.add(number(file, name, "shape", d));
    }
    JsonNode offsets = node.path("data_offsets");
    if (!offsets.isArray() || offsets.size() != 2) {
      throw corrupt(file, "tensor " + shown(name) + " has no pair of data_offsets");
    }
    long begin = number(file, name, "data_offsets", offsets.get(0));
    long end = number(file, name, "data_offsets", offsets.get(1));
    try {
      for (long d : shape) {
        elements = Math.multiplyExact(elements, d);
      }
      long bytes = end - begin;
      long needed =
          dtype == DType.OTHER
              ? elements / Byte.SIZE // no type has less than a bit
              : Math.multiplyExact(elements, dtype.bytes());
      if (dtype == DType.OTHER ? bytes < needed : bytes != needed) {
        throw corrupt(
            file,
            "tensor "
                + shown(name)
                + " of "
                + type
                + " "
                + shown(shape)
                + " takes "
                + (dtype == DType.OTHER ? "at least " : "")
                + needed
                + " bytes, but its data_offsets span "
                + bytes);
      }
      long offset = Math.addExact(dataStart, begin);
      return new TensorEntry(name, dtype, type, shape, offset, bytes, elements);
    } catch (ArithmeticException e) {
      throw corrupt(file, "tensor " + shown(name) + " has an impossible shape, " + shown(shape));
    }
  }

  private static String type(Path file, String name, JsonNode node) throws InvalidFileException {
    if (!node.isTextual() || !TYPE.matcher(node.textValue()).matches()) {
      throw corrupt(
          file,
          "tensor "
              + shown(name)
              + (node.isMissingNode() ? " has no dtype" : " has the invalid dtype " + shown(node)));
    }
    return node.textValue();
  }

  private static long number(Path file, String name, String field, JsonNode node)
      throws InvalidFileException {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw corrupt(file, "tensor " + shown(name) + " has " + shown(node) + " among its " + field);
    }
    return node.longValue();
  }

  /** Fills a buffer with bytes from a position in the file. */
  static void readFully(Path file, FileChannel channel, ByteBuffer into, long from)
      throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw corrupt(file, "it ends at byte " + at + "; it was truncated after it was opened");
      }
      at += read;
    }
  }

  /** Creates the exception for a malformed file. */
  static InvalidFileException corrupt(Path file, String what) {
    return new InvalidFileException(
        file + " is not a valid safetensors file: " + what + "; download it again");
  }
}
