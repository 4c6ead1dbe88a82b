package io.github.owlprune.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command will write, and those it reads beside the model. They are checked before
 * the work starts. They are written after the results have been printed, each even if another one
 * fails.
 */
final class OutputPaths {
  private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

  private final Path model;
  private final Map<Path, String> taken = new HashMap<>();
  private final StringBuilder failed = new StringBuilder();

  /**
   * Creates an empty set.
   *
   * @param model the model's folder, whose files are never overwritten
   */
  OutputPaths(Path model) {
    this.model = model;
  }

  /** An action that writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(Path path) throws IOException;
  }

  /**
   * Adds a file that is read, and must not be overwritten.
   *
   * @throws IOException if it does not exist, unless its name is a glob
   */
  OutputPaths reads(String option, @Nullable Path file) throws IOException {
    if (file == null) {
      return this;
    }
    if (Files.exists(file)) {
      taken.put(file.toRealPath(), option);
    } else if (!GLOB.matcher(file.toString()).find()) {
      throw new IOException("there is no file " + file + "; check " + option);
    }
    return this;
  }

  /**
   * Adds a file that will be written.
   *
   * @throws IOException if it cannot be, or has another use; the message says why
   */
  OutputPaths file(String option, @Nullable Path file) throws IOException {
    if (file != null) {
      if (Files.isDirectory(file)) {
        throw refused(option, file, "is a folder; give the name of a file");
      }
      add(option, file);
    }
    return this;
  }

  /**
   * Adds a folder that will be made, or is there already.
   *
   * @throws IOException if it cannot be written, or has another use; the message says why
   */
  OutputPaths folder(String option, @Nullable Path folder) throws IOException {
    if (folder != null) {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw refused(option, folder, "is a file; give the name of a folder");
      }
      if (Files.isDirectory(folder) && !Files.isWritable(folder)) {
        throw refused(option, folder, "is read-only; choose another folder");
      }
      add(option, folder);
    }
    return this;
  }

  private void add(String option, Path path) throws IOException {
    Path parent = path.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      throw refused(option, path, "cannot be written; choose another name");
    }
    Path shown = path.getParent() == null ? parent : path.getParent();
    if (!Files.isDirectory(parent)) {
      throw refused(
          option, path, "cannot be written: there is no folder " + shown + "; create it first");
    }
    boolean special = isSpecial(path);
    if (!(special ? Files.isWritable(path) : Files.isWritable(parent))) {
      throw refused(
          option, path, "cannot be written: " + shown + " is read-only; choose another folder");
    }
    if (special) {
      return; // a terminal or a pipe may be named twice
    }
    boolean exists = Files.exists(path);
    if (exists
        && !Files.isDirectory(path)
        && Files.isDirectory(model)
        && parent.toRealPath().equals(model.toRealPath())) {
      throw refused(
          option,
          path,
          "is a file in the model's folder, which is never changed; choose another name");
    }
    Path real = exists ? path.toRealPath() : parent.toRealPath().resolve(path.getFileName());
    String other = taken.put(real, option);
    if (other != null) {
      throw refused(option, path, "is the path of " + other + " already; choose another name");
    }
  }

  private static IOException refused(String option, Path path, String why) {
    return new IOException(option + " " + path + " " + why);
  }

  /** Returns whether a path is a terminal, a pipe or the like, which is never replaced. */
  private static boolean isSpecial(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  /** Writes text to a file whose option was given; a failure is kept for {@link #finish}. */
  void write(@Nullable Path file, String text) {
    write(file, path -> replace(path, text));
  }

  /** Runs an action for a path whose option was given; a failure is kept for {@link #finish}. */
  void write(@Nullable Path path, Writing writing) {
    if (path == null) {
      return;
    }
    try {
      writing.to(path);
    } catch (IOException e) {
      failed
          .append(path)
          .append(" could not be written: ")
          .append(FailureMessage.of(e))
          .append("; ");
    }
  }

  /** Writes to a temporary sibling that is then moved into place. */
  private static void replace(Path file, String text) throws IOException {
    if (isSpecial(file)) {
      Files.writeString(file, text);
      return;
    }
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Ends the writing.
   *
   * @param kept says where the results are nevertheless
   * @throws IOException if a file could not be written
   */
  void finish(String kept) throws IOException {
    if (!failed.isEmpty()) {
      throw new IOException(failed + kept);
    }
  }
}
