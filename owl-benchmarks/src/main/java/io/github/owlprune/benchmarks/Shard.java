package io.github.owlprune.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.owlprune.models.decoder.TensorShape;
import io.github.owlprune.models.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A planned file of a checkpoint.
 *
 * @param file the file name
 * @param dtype the data type of all tensors
 * @param tensors the tensors in the order of the file
 */
record Shard(String file, DType dtype, List<TensorShape> tensors) {
  /**
   * Distributes tensors to files in order, as transformers does: a file ends before the tensor that
   * would make it too large, and a single file has no number.
   *
   * @param most the maximum bytes of tensors per file; a larger tensor gets a file of its own
   */
  static List<Shard> deal(List<TensorShape> tensors, DType dtype, long most) {
    List<List<TensorShape>> files = new ArrayList<>();
    long bytes = most;
    for (TensorShape tensor : tensors) {
      long size = Math.multiplyExact(tensor.elements(), dtype.bytes());
      if (files.isEmpty() || size > most - bytes) {
        files.add(new ArrayList<>());
        bytes = 0;
      }
      files.get(files.size() - 1).add(tensor);
      bytes += size;
    }
    if (files.size() == 1) {
      return List.of(new Shard("model.safetensors", dtype, files.get(0)));
    }
    List<Shard> shards = new ArrayList<>();
    for (List<TensorShape> held : files) {
      String file =
          String.format(
              Locale.ROOT, "model-%05d-of-%05d.safetensors", shards.size() + 1, files.size());
      shards.add(new Shard(file, dtype, held));
    }
    return shards;
  }

  /** Returns the size of the tensors in bytes. */
  long bytes() {
    return tensors.stream().mapToLong(TensorShape::elements).sum() * dtype.bytes();
  }

  /** Returns the file's header: the length of the JSON and the JSON, padded to 8 bytes. */
  ByteBuffer header() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (TensorShape tensor : tensors) {
      ObjectNode entry = json.putObject(tensor.name()).put("dtype", dtype.name());
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      long end = at + tensor.elements() * dtype.bytes();
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }
}
