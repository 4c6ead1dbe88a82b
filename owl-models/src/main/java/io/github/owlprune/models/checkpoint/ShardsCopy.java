package io.github.owlprune.models.checkpoint;

import io.github.owlprune.models.safetensors.OutputFile;
import io.github.owlprune.models.safetensors.SafetensorsCopy;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** All shards of a checkpoint in the making, each under the name and with the header it had. */
final class ShardsCopy implements AutoCloseable {
  private final Shards source;
  private final Map<SafetensorsFile, SafetensorsCopy> copies = new LinkedHashMap<>();

  private ShardsCopy(Shards source) {
    this.source = source;
  }

  /** Makes every file, holding its header and nothing else. */
  static ShardsCopy begin(Shards source, Path folder) throws IOException {
    ShardsCopy copy = new ShardsCopy(source);
    try {
      for (SafetensorsFile file : source.files()) {
        Path path = folder.resolve(file.path().getFileName().toString());
        copy.copies.put(file, SafetensorsCopy.begin(file, OutputFile.create(path)));
      }
      return copy;
    } catch (IOException e) {
      copy.close();
      throw e;
    }
  }

  /** The file in the making that a tensor belongs to. */
  SafetensorsCopy of(String tensor) {
    return Objects.requireNonNull(copies.get(source.file(tensor)));
  }

  void markWritten(Collection<String> tensors) {
    for (String tensor : tensors) {
      of(tensor).markWritten(List.of(tensor));
    }
  }

  /** Brings over, file by file, every tensor that was not written. */
  void complete() throws IOException {
    for (SafetensorsCopy copy : copies.values()) {
      copy.complete();
    }
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsCopy copy : copies.values()) {
      copy.close();
    }
  }
}
