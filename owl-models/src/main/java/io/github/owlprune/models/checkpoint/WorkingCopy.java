package io.github.owlprune.models.checkpoint;

import io.github.owlprune.models.safetensors.TensorEntry;
import io.github.owlprune.pipeline.Journal;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a checkpoint in which some tensors are changed. Changed tensors are in a working
 * folder, all others in the original, which is never modified. Saving completes the changed files
 * and moves their folder to its final name in one step.
 *
 * <p>A working folder given by the caller has two subfolders: {@code model}, which will be saved,
 * and {@code run}, the journal of the run that writes it. As long as there is a journal, closing
 * keeps the working folder, so that an interrupted run can be continued.
 *
 * <p>The copy is in one of four stages: untouched (no folder), working (changed tensors in the
 * folder), complete (all files in the folder), saved (the folder has its final name). A failure
 * leaves it in its stage, so that saving can be retried.
 */
public final class WorkingCopy implements AutoCloseable {
  private static final String MODEL = "model";
  private static final String RUN = "run";

  private final Checkpoint source;
  private final @Nullable Path givenFolder;
  private final boolean leftOver;
  private final Set<String> written = new HashSet<>();
  private @Nullable Path toDelete;
  private @Nullable Path folder;
  private @Nullable ShardsCopy copy;
  private @Nullable Shards changed;
  private boolean resumed;
  private boolean complete;
  private boolean saved;

  /**
   * Creates a copy; nothing is written yet.
   *
   * @param source the original; must stay open as long as the copy
   * @param workingFolder receives changed tensors. It must not exist, be empty, or be left over
   *     from an interrupted run; null for a temporary folder, which is deleted on close
   * @throws CheckpointException if the working folder is not empty or cannot be created
   * @throws IOException if it cannot be read
   */
  public WorkingCopy(Checkpoint source, @Nullable Path workingFolder) throws IOException {
    this.source = source;
    this.givenFolder = workingFolder;
    this.leftOver = workingFolder != null && isLeftOver(workingFolder);
    if (workingFolder != null && !leftOver) {
      requireUsable(workingFolder);
    }
  }

  private static boolean isLeftOver(Path given) {
    return Files.isDirectory(given.resolve(RUN));
  }

  /**
   * Returns the folder for the journal of an interruptible run.
   *
   * @return a folder that need not exist; empty if the working folder is a temporary one
   */
  public Optional<Path> journal() {
    return Optional.ofNullable(givenFolder).map(given -> given.resolve(RUN));
  }

  /**
   * Continues with tensors that an earlier process wrote.
   *
   * @param tensors the names of completely written tensors; all others are discarded
   * @throws CheckpointException if the folder does not contain them
   * @throws IOException if they cannot be read
   */
  public void resume(Collection<String> tensors) throws IOException {
    resumed = true;
    toDelete = givenFolder;
    if (tensors.isEmpty()) {
      return;
    }
    Path model = Objects.requireNonNull(givenFolder).resolve(MODEL);
    if (!Files.isDirectory(model)) {
      throw new CheckpointException(
          givenFolder
              + " has a journal of pruned blocks, but not the blocks; remove it to start over");
    }
    folder = model;
    copy = ShardsCopy.resume(source.weights(), model);
    copy.markWritten(tensors);
    written.addAll(tensors);
    changed = source.weights().openCopies(model);
  }

  /**
   * Deletes the working folder of an interrupted run, if there is one.
   *
   * @param workingFolder a folder that was given to a copy
   * @throws CheckpointException if it is a file, or contains anything that no copy has written
   * @throws IllegalStateException if another run uses it
   * @throws IOException if it cannot be deleted
   */
  public static void discard(Path workingFolder) throws IOException {
    if (!Files.exists(workingFolder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(workingFolder, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          workingFolder + " is not the folder of an interrupted run; remove it yourself");
    }
    try (Stream<Path> content = Files.list(workingFolder)) {
      List<String> foreign =
          content
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> !name.equals(MODEL) && !name.equals(RUN))
              .sorted()
              .toList();
      if (!foreign.isEmpty()) {
        throw new CheckpointException(
            workingFolder
                + " contains "
                + foreign.get(0)
                + ", which no run has written; remove the folder yourself");
      }
    }
    Journal.discard(workingFolder.resolve(RUN));
    FolderFiles.delete(workingFolder);
  }

  /** Checks the working folder at once, because the first write may be hours away. */
  private static void requireUsable(Path given) throws IOException {
    if (!Files.exists(given, LinkOption.NOFOLLOW_LINKS)) {
      requireWritable(parent(given));
      return;
    }
    if (!Files.isDirectory(given)) {
      throw new CheckpointException(given + " is a file; give a folder to work in");
    }
    requireWritable(given);
    try (Stream<Path> content = Files.list(given)) {
      if (content.findAny().isPresent()) {
        throw new CheckpointException(
            given
                + " is not empty and has no journal of an interrupted run; remove it or choose"
                + " another");
      }
    }
  }

  private static void requireWritable(Path parent) throws CheckpointException {
    if (!Files.isDirectory(parent)) {
      throw new CheckpointException("there is no folder " + parent + "; create it first");
    }
    if (!Files.isWritable(parent)) {
      throw new CheckpointException(parent + " is read-only; choose another folder");
    }
  }

  private static Path parent(Path path) throws CheckpointException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new CheckpointException(path + " cannot name a folder; choose another name");
    }
    return parent;
  }

  /**
   * Reads current values: changed ones if the tensor was changed, original ones otherwise.
   *
   * @param tensor the tensor's name
   * @param first the index of the first element
   * @param into receives the values
   * @param offset the index in {@code into} of the first value
   * @param count the number of values
   * @throws IllegalArgumentException if the range exceeds the tensor or {@code into}
   * @throws IOException if the tensor does not exist or cannot be read
   */
  public void read(String tensor, long first, float[] into, int offset, int count)
      throws IOException {
    TensorEntry entry = source.entry(tensor);
    Shards shards =
        changed != null && (complete || written.contains(tensor)) ? changed : source.weights();
    shards.file(tensor).read(entry, first, into, offset, count);
  }

  /**
   * Writes values to the working folder, rounded to the tensor's type. They are read back from
   * there once the tensor is {@linkplain #markWritten marked}.
   *
   * @param tensor the tensor's name
   * @param first the index of the first element
   * @param values the values; rounded in place
   * @param offset the index in {@code values} of the first value
   * @param count the number of values
   * @throws IllegalArgumentException if the range exceeds the tensor or {@code values}
   * @throws IllegalStateException if saving has begun
   * @throws IOException if the tensor does not exist or cannot be written
   */
  public void write(String tensor, long first, float[] values, int offset, int count)
      throws IOException {
    TensorEntry entry = source.entry(tensor);
    begun().of(tensor).write(entry, first, values, offset, count);
  }

  private ShardsCopy begun() throws IOException {
    if (complete) {
      throw new IllegalStateException(
          "the model has been completed for saving and cannot be changed; open it again to change"
              + " it");
    }
    if (copy == null) {
      if (folder == null) {
        folder = makeFolder();
      }
      copy = ShardsCopy.begin(source.weights(), folder);
    }
    return copy;
  }

  private Path makeFolder() throws IOException {
    if (givenFolder != null) {
      if (leftOver && !resumed) {
        throw new CheckpointException(
            givenFolder
                + " is left over from an interrupted run; start that run again to continue it, or"
                + " remove the folder");
      }
      if (!resumed) {
        requireUsable(givenFolder);
      }
      requireSpace(Files.exists(givenFolder) ? givenFolder : parent(givenFolder));
      toDelete = givenFolder;
      return Files.createDirectories(givenFolder.resolve(MODEL));
    }
    Path temporary = Files.createTempDirectory("owl-working");
    toDelete = temporary;
    requireSpace(temporary);
    // A temporary folder is private to its owner; the subfolder has ordinary permissions.
    return Files.createDirectory(temporary.resolve(MODEL));
  }

  private void requireSpace(Path in) throws IOException {
    long needed = source.bytesToSave();
    long free = Files.getFileStore(in).getUsableSpace();
    if (free < needed) {
      throw new CheckpointException(
          in
              + " has "
              + free
              + " bytes free, but the model needs "
              + needed
              + "; free some space or give a working folder on another disk");
    }
  }

  /**
   * Marks tensors as completely written; from now on they are read from the working folder.
   *
   * @param tensors the tensors' names
   * @throws IllegalStateException if saving has begun
   * @throws IOException if the written tensors cannot be read
   */
  public void markWritten(Collection<String> tensors) throws IOException {
    ShardsCopy writing = begun();
    if (givenFolder != null) {
      writing.force(tensors); // the journal must not record what is not yet on the disk
    }
    writing.markWritten(tensors);
    written.addAll(tensors);
    if (changed == null) {
      changed = source.weights().openCopies(Objects.requireNonNull(folder));
    }
  }

  /**
   * Completes the working folder and moves it to its final name. No tensor can be changed
   * afterwards; further calls copy the saved folder.
   *
   * @param out must not exist; its parent must exist
   * @param texts additional files by name
   * @throws CheckpointException if {@link #requireFree} rejects {@code out}
   * @throws IOException if something cannot be written; nothing is then left under {@code out}, and
   *     saving can be retried
   */
  public void save(Path out, Map<String, String> texts) throws IOException {
    requireFree(out);
    Path target = out.toAbsolutePath();
    if (saved) {
      copyBeside(Objects.requireNonNull(folder), target, texts);
      return;
    }
    if (!complete) {
      begun().complete();
      Companions companions = source.companions();
      Path model = Objects.requireNonNull(folder);
      FolderFiles.copy(companions.copied(), model);
      FolderFiles.write(model, companions.written());
      complete = true;
    }
    Path working = Objects.requireNonNull(folder);
    FolderFiles.write(working, texts);
    closeFiles();
    try {
      place(working, target, texts);
      folder = target;
      saved = true;
      if (!Files.exists(working)) {
        removeWorkingFolder(); // the model was moved, not copied
      }
    } finally {
      changed = source.weights().openCopies(folder);
    }
  }

  /**
   * Checks that a folder can be saved under a name.
   *
   * @param out must not exist; its parent must exist and be writable
   * @throws CheckpointException if it cannot; the message says why
   */
  public static void requireFree(Path out) throws CheckpointException {
    if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(out + " already exists; remove it or choose another name");
    }
    requireWritable(parent(out));
  }

  private static void place(Path from, Path to, Map<String, String> texts) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      copyBeside(from, to, texts);
    }
  }

  /** Copies to a temporary name first, so that the target appears atomically. */
  private static void copyBeside(Path from, Path to, Map<String, String> texts) throws IOException {
    Path beside = to.resolveSibling(to.getFileName() + ".partial");
    if (Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          beside + " is left over from an interrupted run; remove it or choose another name");
    }
    try {
      Files.createDirectory(beside);
      FolderFiles.copyAll(from, beside);
      FolderFiles.write(beside, texts);
      Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      FolderFiles.delete(beside);
      throw e;
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

  /** Deletes the folder and gives up ownership of its name. */
  private void removeWorkingFolder() throws IOException {
    if (toDelete != null) {
      FolderFiles.delete(toDelete);
      toDelete = null;
    }
  }

  /** Closes the files and deletes the working folder, unless a run can be continued from it. */
  @Override
  public void close() throws IOException {
    closeFiles();
    if (saved || givenFolder == null || !isLeftOver(givenFolder)) {
      removeWorkingFolder();
    }
  }
}
