package io.github.owlprune.models.checkpoint;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.owlprune.models.safetensors.SafetensorsCopy;
import io.github.owlprune.models.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint with changed tensors: those lie in a working folder, all others in the original,
 * which is never touched. Saving completes the working folder and moves it to its name in one step.
 */
public final class WorkingCopy implements AutoCloseable {
  private final Checkpoint source;
  private final @Nullable Path givenFolder;
  private final Set<String> written = new HashSet<>();
  private @Nullable Path folder;
  private @Nullable SafetensorsCopy copy;
  private @Nullable SafetensorsFile changed;
  private boolean saved;

  /**
   * Begins a copy; nothing is written yet.
   *
   * @param source the original; stays open as long as this
   * @param workingFolder takes changed tensors; null for a temporary folder
   * @throws CheckpointException if the working folder exists and is not empty
   * @throws IOException if it cannot be looked into
   */
  public WorkingCopy(Checkpoint source, @Nullable Path workingFolder) throws IOException {
    this.source = source;
    this.givenFolder = workingFolder;
    if (workingFolder != null && Files.exists(workingFolder)) {
      requireEmpty(workingFolder);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(folder + " is a file; a folder to work in is needed");
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      if (content.iterator().hasNext()) {
        throw new CheckpointException(
            folder
                + " is in use or left over from a run that was cut off; remove it or choose"
                + " another");
      }
    }
  }

  /**
   * Reads values as they are now.
   *
   * @param tensor the tensor's name
   * @param first the first element
   * @param into takes the values
   * @param offset where in {@code into} they go
   * @param count how many
   * @throws IOException if the tensor is unknown or cannot be read
   */
  public void read(String tensor, long first, float[] into, int offset, int count)
      throws IOException {
    SafetensorsFile file =
        changed != null && (saved || written.contains(tensor)) ? changed : source.weights();
    file.read(source.entry(tensor), first, into, offset, count);
  }

  /**
   * Writes values, rounded to the tensor's type. They are seen once the tensor is marked.
   *
   * @param tensor the tensor's name
   * @param first the first element
   * @param values the values
   * @param offset where in {@code values} they begin
   * @param count how many
   * @throws IOException if the tensor is unknown or cannot be written
   */
  public void write(String tensor, long first, float[] values, int offset, int count)
      throws IOException {
    if (saved) {
      throw new IllegalStateException(
          "the checkpoint was saved; open the model again to change it");
    }
    begun().write(source.entry(tensor), first, values, offset, count);
  }

  private SafetensorsCopy begun() throws IOException {
    if (copy == null) {
      Path made =
          givenFolder == null
              ? Files.createTempDirectory("owl-working")
              : Files.createDirectories(givenFolder);
      folder = made;
      copy = SafetensorsCopy.begin(source.weights(), made.resolve(Checkpoint.WEIGHTS));
    }
    return copy;
  }

  /**
   * Says that tensors are whole; from now on they are read from here.
   *
   * @param tensors their names
   * @throws IOException if what was written cannot be read
   */
  public void markWritten(Collection<String> tensors) throws IOException {
    begun().markWritten(tensors);
    written.addAll(tensors);
    if (changed == null) {
      // Same header, so the source's entries say where everything lies.
      changed = source.weights().over(begunFolder().resolve(Checkpoint.WEIGHTS));
    }
  }

  private Path begunFolder() {
    return java.util.Objects.requireNonNull(folder);
  }

  /**
   * Completes the folder and moves it to its name.
   *
   * @param out must not exist; its parent must
   * @param texts further files by name
   * @throws CheckpointException if {@link #requireFree} refuses {@code out}
   * @throws IOException if something cannot be written; then nothing is left under {@code out}
   */
  public void save(Path out, Map<String, String> texts) throws IOException {
    requireFree(out);
    Path target = out.toAbsolutePath();
    if (saved) {
      copyFolder(begunFolder(), target);
      return;
    }
    begun().complete();
    copyOtherFiles(source.folder(), begunFolder());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Files.writeString(begunFolder().resolve(text.getKey()), text.getValue());
    }
    closeFiles();
    move(begunFolder(), target);
    folder = target;
    saved = true;
    changed = source.weights().over(target.resolve(Checkpoint.WEIGHTS));
  }

  /**
   * Refuses a name that nothing can be saved under.
   *
   * @param out must not exist; its parent must, and be writable
   * @throws CheckpointException saying what is in the way
   */
  public static void requireFree(Path out) throws CheckpointException {
    Path parent = java.util.Objects.requireNonNull(out.toAbsolutePath().getParent());
    if (Files.exists(out)) {
      throw new CheckpointException(out + " exists; remove it or choose another name");
    }
    if (!Files.isDirectory(parent)) {
      throw new CheckpointException(parent + " is no folder; make it first");
    }
    if (!Files.isWritable(parent)) {
      throw new CheckpointException(parent + " is read-only; choose another place");
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      copyFolder(from, to);
      MoreFiles.deleteRecursively(from, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** Copies beside the target first, so that it appears at once. */
  private static void copyFolder(Path from, Path to) throws IOException {
    Path beside = to.resolveSibling(to.getFileName() + ".partial");
    Files.createDirectory(beside);
    try {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
        for (Path file : files) {
          Files.copy(file, beside.resolve(file.getFileName().toString()));
        }
      }
      Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      MoreFiles.deleteRecursively(beside, RecursiveDeleteOption.ALLOW_INSECURE);
      throw e;
    }
  }

  /** Configuration, tokenizer, licence: all but weights in any form. */
  private static void copyOtherFiles(Path from, Path to) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean isWeights =
            name.endsWith(".safetensors")
                || name.endsWith(".safetensors.index.json")
                || name.endsWith(".bin")
                || name.endsWith(".bin.index.json")
                || name.endsWith(".gguf");
        if (Files.isRegularFile(file) && !isWeights) {
          Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private void closeFiles() throws IOException {
    if (copy != null) {
      copy.close();
      copy = null;
    }
    if (changed != null) {
      changed.close();
      changed = null;
    }
  }

  /** Closes the files; a working folder that was not saved is removed. */
  @Override
  public void close() throws IOException {
    closeFiles();
    if (folder != null && !saved) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
