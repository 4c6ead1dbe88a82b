package io.github.owlprune.pipeline;

import com.google.common.base.Stopwatch;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Keeps one array for each sequence and hands out the array itself. */
final class HiddenStatesInMemory implements HiddenStates {
  /** The minimum time between two checkpoints, as a multiple of the time that one takes. */
  private static final int KEEPING_SHARE = 50;

  private final int[] floats;
  private final float[][] states; // each allocated at its first use
  private final @Nullable StatesFile file;
  private final Stopwatch sinceKept = Stopwatch.createStarted();
  private Duration keeping = Duration.ZERO;
  private int kept;

  /**
   * Creates an empty store.
   *
   * @param floats the number of floats of each sequence
   * @param file the file for checkpoints, closed with this; null for none
   */
  HiddenStatesInMemory(int[] floats, @Nullable StatesFile file) {
    this.floats = floats;
    this.states = new float[floats.length][];
    this.file = file;
  }

  @Override
  public void restore(int place) {
    StatesFile from = Objects.requireNonNull(file);
    for (int i = 0; i < states.length; i++) {
      from.read(i, place, get(i));
    }
    kept = place;
  }

  @Override
  public float[] get(int sequence) {
    if (states[sequence] == null) {
      states[sequence] = new float[floats[sequence]];
    }
    return states[sequence];
  }

  @Override
  public void put(int sequence, float[] hidden) {
    states[sequence] = hidden;
  }

  @Override
  public OptionalInt keep() {
    if (file == null || sinceKept.elapsed().compareTo(keeping.multipliedBy(KEEPING_SHARE)) < 0) {
      return OptionalInt.empty();
    }
    Stopwatch watch = Stopwatch.createStarted();
    kept = 1 - kept;
    for (int i = 0; i < states.length; i++) {
      file.write(i, kept, get(i));
    }
    keeping = watch.elapsed();
    sinceKept.reset().start();
    return OptionalInt.of(kept);
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
