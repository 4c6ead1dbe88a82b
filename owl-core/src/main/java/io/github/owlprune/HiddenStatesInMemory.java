package io.github.owlprune;

import com.google.common.base.Stopwatch;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One array a sequence, handed out as it is. */
final class HiddenStatesInMemory implements HiddenStates {
  /** Of the time, one part in so many at most goes into writing what a run could go on from. */
  private static final int KEEPING_SHARE = 50;

  private final int[] floats;
  private final float[][] states; // each made when it is first asked for
  private final @Nullable StatesFile file;
  private final Stopwatch sinceKept = Stopwatch.createStarted();
  private Duration keeping = Duration.ZERO;
  private int kept;

  /**
   * Empty ones.
   *
   * @param floats how many numbers each sequence has
   * @param file where they are kept, closed with this; null if nowhere
   */
  HiddenStatesInMemory(int[] floats, @Nullable StatesFile file) {
    this.floats = floats;
    this.states = new float[floats.length][];
    this.file = file;
  }

  @Override
  public void restore(int place) {
    StatesFile from = java.util.Objects.requireNonNull(file);
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
  public int sequences() {
    return states.length;
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
