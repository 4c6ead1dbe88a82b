package io.github.owlprune.models.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files beside a checkpoint's weights: those that travel into a saved copy, and those that do
 * not.
 *
 * @param copied files to copy as they are
 * @param written texts by file name that replace a file of the original: a shard index that named
 *     tensors which no shard contains
 * @param leftOut names of files with other copies of the weights or with states of a training
 */
record Companions(List<Path> copied, Map<String, String> written, List<String> leftOut) {
  /** Sorts the files in a checkpoint's folder. */
  static Companions of(Path folder, Shards weights) throws IOException {
    List<Path> copied = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Map<String, String> written = new LinkedHashMap<>();
    weights.correctedIndex().ifPresent(text -> written.put(ShardIndex.NAME, text));
    List<String> own =
        weights.files().stream().map(f -> f.path().getFileName().toString()).toList();
    for (Path file : FolderFiles.files(folder)) {
      String name = file.getFileName().toString();
      if (own.contains(name) || written.containsKey(name)) {
        continue;
      }
      if (LeftOut.contains(name) && !name.equals(ShardIndex.NAME)) {
        leftOut.add(name);
      } else {
        copied.add(file);
      }
    }
    return new Companions(copied, written, leftOut);
  }

  /** Returns the size of the copied files. */
  long bytes() throws IOException {
    long bytes = 0;
    for (Path file : copied) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
