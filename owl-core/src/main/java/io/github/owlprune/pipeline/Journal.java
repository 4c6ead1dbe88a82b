package io.github.owlprune.pipeline;

import io.github.owlprune.format.Json;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.ResumableModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The record of what a run has finished, in the model's own folder, so that the same run started
 * again continues after the last finished block. Every entry is written under another name and
 * moved, so any entry that exists is complete:
 *
 * <ul>
 *   <li>{@code run.json}: the settings; once there is another entry, a run with other settings is
 *       rejected
 *   <li>{@code dense-B.json}: the input norms of block B in the dense model
 *   <li>{@code plan.json}: the plan, once it is made
 *   <li>{@code block-B.json}: the report on block B, once its weights are saved
 *   <li>{@code states.json}: the block that the hidden states in {@code states} enter, and in which
 *       sweep
 * </ul>
 *
 * <p>A model that cannot be resumed gets a journal that keeps nothing.
 */
public final class Journal implements AutoCloseable {
  private static final int VERSION = 2;
  private static final String SETTINGS = "run.json";
  private static final String STATES = "states.json";

  private final @Nullable Path folder;
  private final @Nullable FileChannel lock;

  private Journal(@Nullable Path folder, @Nullable FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  private record Settings(int version, Map<String, String> settings) {}

  /** The block that the states enter, the sweep, and their position in the file. */
  private record States(int version, JournaledSweep sweep, int block, int position) {}

  /** Returns a journal that keeps nothing. */
  static Journal none() {
    return new Journal(null, null);
  }

  /**
   * Opens the model's journal, and tells the model which blocks an earlier run saved.
   *
   * @param settings everything that decides the run's result, by name
   * @throws OtherRunException if an earlier run finished something with other settings
   * @throws IllegalStateException if an entry cannot be read, or another run has the journal open
   */
  static Journal open(Model model, Map<String, String> settings) {
    if (!(model instanceof ResumableModel resumable) || resumable.journal().isEmpty()) {
      return none();
    }
    Path folder = resumable.journal().get();
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(resumable.origin());
    Journal journal = locked(folder);
    try {
      journal.requireSame(all);
      resumable.resume(journal.savedBlocks(model));
      return journal;
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private List<String> savedBlocks(Model model) {
    List<? extends Block> blocks = model.blocks();
    return blocks.stream()
        .filter(block -> has(blockEntry(blocks.indexOf(block))))
        .map(Block::name)
        .toList();
  }

  private static Journal locked(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return new Journal(folder, channel);
        }
      } catch (OverlappingFileLockException e) {
        // Another run of this process has it.
      }
      channel.close();
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
    throw new IllegalStateException(
        folder + " is in use by another run; wait until it ends, or choose another folder");
  }

  private void requireSame(Map<String, String> settings) {
    if (folder == null) {
      return;
    }
    Optional<Settings> started = read(SETTINGS, Settings.class, VERSION);
    if (started.isEmpty() || !holdsWork(folder)) {
      write(SETTINGS, new Settings(VERSION, settings));
      return;
    }
    Map<String, String> before = started.get().settings();
    Map<String, String> both = new LinkedHashMap<>(before);
    settings.forEach(both::putIfAbsent);
    for (String name : both.keySet()) {
      String was = before.getOrDefault(name, "nothing");
      String is = settings.getOrDefault(name, "nothing");
      if (!was.equals(is)) {
        throw OtherRunException.of(folder.resolve(SETTINGS), name, was, is);
      }
    }
  }

  /**
   * Returns the folder of the journal.
   *
   * @return the folder; null if nothing is kept
   */
  @Nullable Path folder() {
    return folder;
  }

  /**
   * Returns the name of the entry for a compressed block.
   *
   * @param block the block's index
   * @return a file name
   */
  public static String blockEntry(int block) {
    return "block-" + block + ".json";
  }

  /**
   * Returns the name of the entry for the measurements of a dense block.
   *
   * @param block the block's index
   * @return a file name
   */
  public static String denseEntry(int block) {
    return "dense-" + block + ".json";
  }

  /**
   * Returns the index of the block that the kept hidden states of a sweep enter.
   *
   * @param sweep the sweep
   * @return the block's index; 0 if none are kept
   */
  public int firstBlock(JournaledSweep sweep) {
    return states(sweep).map(States::block).orElse(0);
  }

  /**
   * Keeps the hidden states that enter a block.
   *
   * @param sweep the sweep
   * @param block the block's index
   * @param sequences the sequences in front of the block
   */
  public void keep(JournaledSweep sweep, int block, SequencesInFlight sequences) {
    if (folder != null) {
      OptionalInt position = sequences.keep();
      if (position.isPresent()) {
        write(STATES, new States(VERSION, sweep, block, position.getAsInt()));
      }
    }
  }

  /** Returns the position of a sweep's kept states in their file, if there are any. */
  OptionalInt position(JournaledSweep sweep) {
    return states(sweep).map(s -> OptionalInt.of(s.position())).orElse(OptionalInt.empty());
  }

  private Optional<States> states(JournaledSweep sweep) {
    Optional<States> states = read(STATES, States.class, VERSION);
    if (states.filter(s -> s.block() < 0 || s.position() < 0 || s.position() > 1).isPresent()) {
      throw damaged(STATES, "names a block or a position that cannot be");
    }
    return states.filter(s -> s.sweep() == sweep);
  }

  private boolean has(String entry) {
    return folder != null && Files.exists(folder.resolve(entry));
  }

  /**
   * Reads an entry.
   *
   * @param entry its file name
   * @param type the type of its value, a record with a field {@code version}
   * @param version the only accepted value of that field
   * @return the value; empty if the entry does not exist, or nothing is kept
   * @param <T> the type of its value
   * @throws IllegalStateException if it cannot be read
   */
  public <T extends Record> Optional<T> read(String entry, Class<T> type, int version) {
    if (folder == null || !has(entry)) {
      return Optional.empty();
    }
    Path file = folder.resolve(entry);
    try {
      return Optional.of(Json.read(file, type, version));
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(folder, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Creates the exception for a journal whose entries cannot be those of one run.
   *
   * @param entry the entry's file name
   * @param why what is wrong with it
   * @return the exception, to be thrown by the caller
   */
  public IllegalStateException damaged(String entry, String why) {
    return damaged(Objects.requireNonNull(folder), entry + " " + why, null);
  }

  private static IllegalStateException damaged(Path folder, String why, @Nullable Throwable cause) {
    return new IllegalStateException(
        "the journal in "
            + folder
            + " is damaged: "
            + why
            + "; delete "
            + folder.toAbsolutePath().getParent()
            + " to start over",
        cause);
  }

  /**
   * Writes an entry; does nothing if this journal keeps nothing.
   *
   * @param entry its file name
   * @param value a record with a field {@code version}
   */
  public void write(String entry, Object value) {
    if (folder == null) {
      return;
    }
    Path written = folder.resolve(entry + ".new");
    try {
      Files.writeString(written, Json.write(value));
      Files.move(written, folder.resolve(entry), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static UncheckedIOException unwritable(Path folder, IOException e) {
    return new UncheckedIOException(
        folder + " cannot be written: " + e.getMessage() + "; free some space there", e);
  }

  /**
   * Deletes the journal of an interrupted run.
   *
   * @param folder a folder that a model gave as its {@linkplain ResumableModel#journal journal}
   * @throws IllegalStateException if another run has the journal open
   * @throws UncheckedIOException if it cannot be deleted
   */
  public static void discard(Path folder) {
    if (Files.isDirectory(folder)) {
      try (Journal journal = locked(folder)) {
        journal.delete();
      }
    }
  }

  /** Returns whether a folder has an entry besides the settings. */
  private static boolean holdsWork(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .anyMatch(name -> name.endsWith(".json") && !name.equals(SETTINGS));
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private void delete() {
    Path kept = Objects.requireNonNull(folder);
    try (Stream<Path> files = Files.list(kept)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(kept);
    } catch (IOException e) {
      throw unwritable(kept, e);
    }
  }

  /** Releases the journal, and deletes it if the run has finished nothing. */
  @Override
  public void close() {
    if (lock == null) {
      return;
    }
    try {
      if (folder != null && Files.isDirectory(folder) && !holdsWork(folder)) {
        delete();
      }
    } finally {
      release(lock);
    }
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal's lock cannot be released", e);
    }
  }
}
