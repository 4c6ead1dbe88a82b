package io.github.owlprune.models.checkpoint;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.owlprune.models.safetensors.OutputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Copies, writes and deletes whole files. Every method returns after its files are on the disk. */
final class FolderFiles {
  private static final int BUFFER_BYTES = 1 << 20;

  private FolderFiles() {}

  /** Copies the files in a folder, but not its subfolders. Symbolic links are followed. */
  static void copyAll(Path from, Path to) throws IOException {
    copy(files(from), to);
  }

  /** Copies files into another folder, under the same names. Symbolic links are followed. */
  static void copy(Iterable<Path> files, Path to) throws IOException {
    for (Path file : files) {
      copy(file, to.resolve(file.getFileName().toString()));
    }
  }

  /** Writes texts in UTF-8 to files of the given names. */
  static void write(Path folder, Map<String, String> texts) throws IOException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Path file = folder.resolve(text.getKey());
      try (OutputFile output = OutputFile.create(file)) {
        output.write(StandardCharsets.UTF_8.encode(text.getValue()), 0);
        output.force();
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel input = FileChannel.open(from, StandardOpenOption.READ);
        OutputFile output = OutputFile.create(to)) {
      long at = 0;
      while (input.read(buffer.clear()) >= 0) {
        int count = buffer.flip().limit();
        output.write(buffer, at);
        at += count;
      }
      output.force();
    }
  }

  /** Returns the files in a folder, but not its subfolders, in the order of their names. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Deletes a folder and its content, if it exists. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
