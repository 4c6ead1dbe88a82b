package io.github.owlprune.models.checkpoint;

import io.github.owlprune.models.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint with changed tensors: those lie in a working folder, all others in the original,
 * which is never touched. Saving completes the changed files and moves their folder to its name in
 * one step.
 *
 * <p>A working folder that was given holds two: {@code model}, what will be saved, and {@code run},
 * what a run must know to go on after it was cut off. The second is why the working folder is kept
 * when this is closed before it was saved.
 *
 * <p>It goes through these stages, and a failure leaves it in the one it was in, so that saving can
 * be tried again: untouched (no folder), working (changed tensors in the folder), complete (the
 * folder holds everything), saved (the folder has its name).
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
   * Begins a copy; nothing is written yet.
   *
   * @param source the original; stays open as long as this
   * @param workingFolder takes changed tensors; must not exist, be empty, or be left over from a
   *     run; null for a temporary folder, which is removed when this is closed
   * @throws CheckpointException if the working folder is not empty or cannot be made
   * @throws IOException if it cannot be looked into
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
   * Where a run may keep what it must know to go on.
   *
   * @return a folder that need not exist; empty if the working folder is a temporary one
   */
  public Optional<Path> journal() {
    return Optional.ofNullable(givenFolder).map(given -> given.resolve(RUN));
  }

  /**
   * Takes up what an earlier process left.
   *
   * @param tensors the names of those that are whole; all others are dropped
   * @throws CheckpointException if they are not there
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
          givenFolder + " tells of pruned blocks, but they are not there; remove it to begin anew");
    }
    folder = model;
    copy = ShardsCopy.resume(source.weights(), model);
    copy.markWritten(tensors);
    written.addAll(tensors);
    changed = source.weights().over(model);
  }

  /** Said at once: the first write may be hours away. */
  private static void requireUsable(Path given) throws IOException {
    if (!Files.exists(given, LinkOption.NOFOLLOW_LINKS)) {
      requireWritable(parent(given));
      return;
    }
    if (!Files.isDirectory(given)) {
      throw new CheckpointException(given + " is a file; a folder to work in is needed");
    }
    requireWritable(given);
    try (Stream<Path> content = Files.list(given)) {
      if (content.findAny().isPresent()) {
        throw new CheckpointException(
            given + " is not empty and tells of no run to go on with; remove it or choose another");
      }
    }
  }

  private static void requireWritable(Path parent) throws CheckpointException {
    if (!Files.isDirectory(parent)) {
      throw new CheckpointException(parent + " is no folder; make it first");
    }
    if (!Files.isWritable(parent)) {
      throw new CheckpointException(parent + " is read-only; choose another place");
    }
  }

  private static Path parent(Path path) throws CheckpointException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new CheckpointException(path + " is no name for a folder; choose another");
    }
    return parent;
  }

  /**
   * Reads values as they are now.
   *
   * @param tensor the tensor's name
   * @param first the first element
   * @param into takes the values
   * @param offset where in {@code into} they go
   * @param count how many
   * @throws IllegalArgumentException if the tensor or {@code into} has not so many elements
   * @throws IOException if the tensor is unknown or cannot be read
   */
  public void read(String tensor, long first, float[] into, int offset, int count)
      throws IOException {
    TensorEntry entry = source.entry(tensor);
    Shards shards =
        changed != null && (complete || written.contains(tensor)) ? changed : source.weights();
    shards.file(tensor).read(entry, first, into, offset, count);
  }

  /**
   * Writes values, rounded to the tensor's type: in the file, where they are seen once the tensor
   * is marked, and in the array.
   *
   * @param tensor the tensor's name
   * @param first the first element
   * @param values the values; rounded in place
   * @param offset where in {@code values} they begin
   * @param count how many
   * @throws IllegalArgumentException if the tensor or {@code values} has not so many elements
   * @throws IllegalStateException if saving has begun
   * @throws IOException if the tensor is unknown or cannot be written
   */
  public void write(String tensor, long first, float[] values, int offset, int count)
      throws IOException {
    TensorEntry entry = source.entry(tensor);
    begun().of(tensor).write(entry, first, values, offset, count);
  }

  private ShardsCopy begun() throws IOException {
    if (complete) {
      throw new IllegalStateException(
          "the checkpoint was completed to be saved; open the model again to change it");
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
                + " is left over from a run that was cut off; start that run again to go on with"
                + " it, or remove the folder");
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
    // Temporary folders are their owner's alone; the model's must not become so by being moved.
    return Files.createDirectory(temporary.resolve(MODEL));
  }

  private void requireSpace(Path in) throws IOException {
    long needed = source.bytes();
    long free = Files.getFileStore(in).getUsableSpace();
    if (free < needed) {
      throw new CheckpointException(
          in
              + " has room for "
              + free
              + " bytes, but the model takes "
              + needed
              + "; make room there or give a working folder on another disk");
    }
  }

  /**
   * Says that tensors are whole; from now on they are read from here.
   *
   * @param tensors their names
   * @throws IllegalStateException if saving has begun
   * @throws IOException if what was written cannot be read
   */
  public void markWritten(Collection<String> tensors) throws IOException {
    ShardsCopy writing = begun();
    if (givenFolder != null) {
      writing.force(tensors); // or the journal could tell of more than is on the disk
    }
    writing.markWritten(tensors);
    written.addAll(tensors);
    if (changed == null) {
      changed = source.weights().over(Objects.requireNonNull(folder));
    }
  }

  /**
   * Completes the folder and moves it to its name. From then on no tensor can be changed; further
   * calls copy what was saved.
   *
   * @param out must not exist; its parent must
   * @param texts further files by name
   * @throws CheckpointException if {@link #requireFree} refuses {@code out}
   * @throws IOException if something cannot be written; then nothing is left under {@code out}, and
   *     it can be tried again
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
      FolderFiles.copyAllButWeights(source.folder(), Objects.requireNonNull(folder));
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
      changed = source.weights().over(folder);
    }
  }

  /**
   * Refuses a name that nothing can be saved under.
   *
   * @param out must not exist; its parent must, and be writable
   * @throws CheckpointException saying what is in the way
   */
  public static void requireFree(Path out) throws CheckpointException {
    if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(out + " exists; remove it or choose another name");
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

  /** Copies to a name beside the target first, so that the target appears at once. */
  private static void copyBeside(Path from, Path to, Map<String, String> texts) throws IOException {
    Path beside = to.resolveSibling(to.getFileName() + ".partial");
    if (Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          beside + " is left over from a run that was cut off; remove it or choose another name");
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

  /** Whoever makes a folder of that name from now on, it is theirs. */
  private void removeWorkingFolder() throws IOException {
    if (toDelete != null) {
      FolderFiles.delete(toDelete);
      toDelete = null;
    }
  }

  /** Closes the files and removes the working folder, unless a run can go on in it. */
  @Override
  public void close() throws IOException {
    closeFiles();
    if (saved || givenFolder == null || !isLeftOver(givenFolder)) {
      removeWorkingFolder();
    }
  }
}
