package io.github.owlprune;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a run did so far, in the model's own folder, so that the same run started again goes on
 * after the last finished block. A file is written beside and moved to its name, so whatever is
 * there is whole:
 *
 * <ul>
 *   <li>{@code run.json}: the settings; a run with others is refused
 *   <li>{@code dense-B.json}: the input norms of block B in the dense model
 *   <li>{@code plan.json}: the plan, once it is made
 *   <li>{@code block-B.json}: what happened to block B, once its weights are saved
 *   <li>{@code states.json}: which block the hidden states in {@code states} enter, and in which
 *       pass
 * </ul>
 *
 * <p>A model that cannot be resumed gets a journal that keeps nothing.
 */
final class Journal implements AutoCloseable {
  private static final int VERSION = 1;
  private static final String SETTINGS = "run.json";
  private static final String PLAN = "plan.json";
  private static final String STATES = "states.json";

  private final @Nullable Path folder;
  private final @Nullable FileChannel lock;

  private Journal(@Nullable Path folder, @Nullable FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  private record Settings(int version, Map<String, String> settings) {}

  private record Norms(int version, List<float[]> norms) {}

  private record Done(int version, Report.PrunedBlock block) {}

  /** Which block the states enter, in which pass, and where they lie in their file. */
  private record States(int version, Pass pass, int block, int place) {}

  /** Keeps nothing. */
  static Journal none() {
    return new Journal(null, null);
  }

  /**
   * Opens the model's journal, and tells the model what an earlier run saved.
   *
   * @param settings all that decides the run's result, by name
   * @throws IllegalStateException if an earlier run had other settings, or another process has it
   *     open
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
      List<String> saved = new ArrayList<>();
      for (int b = 0; b < model.blocks().size(); b++) {
        journal.pruned(b).ifPresent(done -> saved.add(done.name()));
      }
      resumable.resume(saved);
      return journal;
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
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
        // Another run of this process: as much in use as by another process.
      }
      channel.close();
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
    throw new IllegalStateException(
        folder + " is in use by another run; wait for its end or choose another folder");
  }

  private void requireSame(Map<String, String> settings) {
    if (folder == null) {
      return;
    }
    Optional<Settings> begun = read(SETTINGS, Settings.class);
    if (begun.isEmpty()) {
      write(SETTINGS, new Settings(VERSION, settings));
      return;
    }
    Map<String, String> before = begun.get().settings();
    Map<String, String> both = new LinkedHashMap<>(before);
    settings.forEach(both::putIfAbsent);
    for (String name : both.keySet()) {
      String was = before.getOrDefault(name, "nothing");
      String is = settings.getOrDefault(name, "nothing");
      if (!was.equals(is)) {
        throw new IllegalStateException(
            folder.resolve(SETTINGS)
                + " tells of a run that was cut off; it was begun with "
                + name
                + " = "
                + was
                + ", and now it is "
                + is
                + ": start it as before to go on with it, or remove "
                + folder.toAbsolutePath().getParent()
                + " to begin anew");
      }
    }
  }

  /** Where files that are of no use after the run may be made; null if anywhere. */
  @Nullable Path folder() {
    return folder;
  }

  /** The plan, if it was made. */
  Optional<Plan> plan() {
    return read(PLAN, Plan.class);
  }

  void keep(Plan plan) {
    write(PLAN, plan);
  }

  /** The input norms of a block of the dense model, if they were measured. */
  Optional<List<float[]>> norms(int block) {
    return read(nameOfNorms(block), Norms.class).map(Norms::norms);
  }

  void keep(int block, List<float[]> norms) {
    write(nameOfNorms(block), new Norms(VERSION, norms));
  }

  private static String nameOfNorms(int block) {
    return "dense-" + block + ".json";
  }

  /** What happened to a block, if it was pruned and saved. */
  Optional<Report.PrunedBlock> pruned(int block) {
    return read(nameOfBlock(block), Done.class).map(Done::block);
  }

  void keep(int block, Report.PrunedBlock pruned) {
    write(nameOfBlock(block), new Done(VERSION, pruned));
  }

  private static String nameOfBlock(int block) {
    return "block-" + block + ".json";
  }

  /** Which block the kept states of a pass enter; 0 if none are kept. */
  int begin(Pass pass) {
    return states(pass).map(States::block).orElse(0);
  }

  /** Keeps the states that enter a block. */
  void keep(Pass pass, int block, HiddenStates states) {
    if (folder != null) {
      OptionalInt place = states.keep();
      if (place.isPresent()) {
        write(STATES, new States(VERSION, pass, block, place.getAsInt()));
      }
    }
  }

  /** Where the kept states of a pass lie in their file, if there are any. */
  OptionalInt place(Pass pass) {
    return states(pass).map(s -> OptionalInt.of(s.place())).orElse(OptionalInt.empty());
  }

  private Optional<States> states(Pass pass) {
    return read(STATES, States.class).filter(s -> s.pass() == pass);
  }

  private <T> Optional<T> read(String name, Class<T> type) {
    if (folder == null) {
      return Optional.empty();
    }
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(Files.readString(file), type, VERSION));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          file
              + " cannot be read: "
              + e.getMessage()
              + "; remove "
              + folder.toAbsolutePath().getParent()
              + " to begin anew",
          e);
    }
  }

  private void write(String name, Object value) {
    if (folder == null) {
      return;
    }
    Path beside = folder.resolve(name + ".new");
    try {
      Files.writeString(beside, Json.write(value));
      Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static UncheckedIOException unwritable(Path folder, IOException e) {
    return new UncheckedIOException(
        folder + " cannot be written: " + e.getMessage() + "; make room there", e);
  }

  @Override
  public void close() {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        throw new UncheckedIOException("the journal's lock cannot be released", e);
      }
    }
  }
}
