package io.github.owlprune.models.checkpoint;

import io.github.owlprune.models.safetensors.OutputFile;
import io.github.owlprune.models.safetensors.SafetensorsCopy;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The unfinished copies of all shards, each with the name and header of its original. */
final class ShardsCopy implements AutoCloseable {
  private final Shards source;
  private final Map<SafetensorsFile, SafetensorsCopy> copies = new LinkedHashMap<>();

  private ShardsCopy(Shards source) {
    this.source = source;
  }

  /** Creates every file with its header only. */
  static ShardsCopy begin(Shards source, Path folder) throws IOException {
    return copy(source, folder, OutputFile::create);
  }

  /** Reopens files that an earlier process began. */
  static ShardsCopy resume(Shards source, Path folder) throws IOException {
    return copy(source, folder, OutputFile::reopen);
  }

  /** Creates or reopens an output file. */
  private interface Opening {
    OutputFile open(Path path) throws IOException;
  }

  private static ShardsCopy copy(Shards source, Path folder, Opening opening) throws IOException {
    ShardsCopy copy = new ShardsCopy(source);
    try {
      for (SafetensorsFile file : source.files()) {
        Path path = folder.resolve(file.path().getFileName().toString());
        copy.copies.put(file, SafetensorsCopy.begin(file, opening.open(path)));
      }
      return copy;
    } catch (IOException e) {
      copy.close();
      throw e;
    }
  }

  /** Returns the unfinished file that a tensor belongs to. */
  SafetensorsCopy of(String tensor) {
    return Objects.requireNonNull(copies.get(source.file(tensor)));
  }

  /** Marks tensors as completely written. */
  void markWritten(Collection<String> tensors) {
    for (String tensor : tensors) {
      of(tensor).markWritten(List.of(tensor));
    }
  }

  /** Forces the files of these tensors to the disk. */
  void force(Collection<String> tensors) throws IOException {
    Set<SafetensorsCopy> touched = new LinkedHashSet<>();
    tensors.forEach(tensor -> touched.add(of(tensor)));
    for (SafetensorsCopy copy : touched) {
      copy.force();
    }
  }

  /** Copies every tensor that was not written, file by file. */
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
