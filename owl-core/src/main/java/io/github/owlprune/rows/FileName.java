package io.github.owlprune.rows;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * What a file's name says about its content, in any case and with or without the extension of a
 * compression.
 *
 * @param extension the last extension without the compression's, in lower case; empty if none
 */
record FileName(String extension) {
  private static final List<String> COMPRESSIONS = List.of("gz", "gzip", "zst", "zstd");

  static FileName of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String last = lastExtension(name);
    if (COMPRESSIONS.contains(last)) {
      last = lastExtension(name.substring(0, name.length() - last.length() - 1));
    }
    return new FileName(last);
  }

  private static String lastExtension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).equals(name)
        ? ""
        : name.substring(name.lastIndexOf('.') + 1);
  }

  boolean isText() {
    return extension.equals("txt");
  }

  boolean isJson() {
    return extension.equals("jsonl") || extension.equals("json");
  }

  boolean isUnknown() {
    return !isText()
        && !isJson()
        && !extension.equals("parquet")
        && ServiceLoader.load(RowFormat.class, RowFormat.class.getClassLoader()).stream()
            .noneMatch(format -> format.get().extension().equals(extension));
  }

  void checkKnown(Path file) {
    if (isUnknown()) {
      throw unknown(file);
    }
  }

  IllegalArgumentException unknown(Path file) {
    return new IllegalArgumentException(
        file
            + " is neither .txt (one document), .jsonl (one {\"text\": …} per line), .json (an"
            + " array of such rows) nor .parquet; .gz and .zst of them can be read too");
  }
}
