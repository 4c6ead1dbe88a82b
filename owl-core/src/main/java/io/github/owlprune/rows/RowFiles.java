package io.github.owlprune.rows;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files of rows that a path, a folder or a glob names. */
public final class RowFiles {
  private RowFiles() {}

  /**
   * Finds files.
   *
   * @param location a file; a folder, of which the files with a known extension are taken; or a
   *     glob such as {@code data/*.jsonl.gz}, where {@code **} crosses folders
   * @param system where to look
   * @return at least one file, sorted by name, all of one format apart from compression
   * @throws IOException if nothing is found or a file cannot be read
   * @throws IllegalArgumentException if a file has an unknown format, or formats are mixed
   */
  public static List<RowFile> find(String location, FileSystem system) throws IOException {
    if (isGlob(location) && !exists(location, system)) {
      return recognised(matching(location, system), location);
    }
    Path path = system.getPath(location);
    if (Files.isDirectory(path)) {
      return recognised(inFolder(path), location);
    }
    return List.of(RowFile.of(path));
  }

  private static boolean exists(String location, FileSystem system) {
    try {
      return Files.exists(system.getPath(location));
    } catch (java.nio.file.InvalidPathException e) { // "*" is no name on Windows
      return false;
    }
  }

  private static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static List<Path> inFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> known =
          files
              .filter(Files::isRegularFile)
              .filter(f -> !f.getFileName().toString().startsWith("."))
              .filter(f -> !FileName.of(f).isUnknown())
              .sorted()
              .toList();
      if (known.isEmpty()) {
        throw new NoSuchFileException(
            folder.toString(), null, "the folder has no .jsonl, .json, .txt or .parquet files");
      }
      return known;
    }
  }

  private static List<Path> matching(String glob, FileSystem system) throws IOException {
    String pattern = system.getSeparator().equals("\\") ? glob.replace('\\', '/') : glob;
    String[] parts = pattern.split("/", -1);
    int plain = 0;
    while (!isGlob(parts[plain])) {
      plain++;
    }
    String base = String.join("/", List.of(parts).subList(0, plain));
    Path folder = system.getPath(plain == 0 ? "" : base.isEmpty() ? "/" : base);
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(glob, null, "the folder " + folder + " does not exist");
    }
    String rest = String.join("/", List.of(parts).subList(plain, parts.length));
    PathMatcher matcher = system.getPathMatcher("glob:" + rest);
    int depth = rest.contains("**") ? Integer.MAX_VALUE : parts.length - plain;
    try (Stream<Path> files = Files.walk(folder, depth)) {
      List<Path> found =
          files
              .filter(Files::isRegularFile)
              .filter(f -> matcher.matches(folder.relativize(f)))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new NoSuchFileException(glob, null, "no file matches");
      }
      return found;
    }
  }

  private static List<RowFile> recognised(List<Path> paths, String location) throws IOException {
    List<RowFile> files = new ArrayList<>();
    for (Path path : paths) {
      RowFile file = RowFile.of(path);
      if (!files.isEmpty() && !files.get(0).formatName().equals(file.formatName())) {
        throw new IllegalArgumentException(
            location
                + " mixes formats: "
                + files.get(0).path()
                + " is "
                + files.get(0).formatName()
                + ", "
                + path
                + " is "
                + file.formatName()
                + "; give a glob that matches one of them");
      }
      files.add(file);
    }
    return files;
  }
}
