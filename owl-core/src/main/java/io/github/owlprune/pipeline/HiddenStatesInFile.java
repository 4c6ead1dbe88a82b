package io.github.owlprune.pipeline;

import java.util.Arrays;
import java.util.OptionalInt;

/** Keeps all sequences in a file and one of them in memory. */
final class HiddenStatesInFile implements HiddenStates {
  private static final int NONE = -1;

  private final StatesFile file;
  private final int[] floats;
  private final int[] places; // the position of each sequence
  private int kept = NONE;
  private float[] current = new float[0];

  /**
   * Creates an empty store.
   *
   * @param file closed with this
   * @param floats the number of floats of each sequence
   */
  HiddenStatesInFile(StatesFile file, int[] floats) {
    this.file = file;
    this.floats = floats;
    this.places = new int[floats.length];
  }

  @Override
  public void restore(int place) {
    Arrays.fill(places, place);
    kept = place;
  }

  @Override
  public float[] get(int sequence) {
    if (current.length != floats[sequence]) {
      current = new float[floats[sequence]];
    }
    file.read(sequence, places[sequence], current);
    return current;
  }

  @Override
  public void put(int sequence, float[] hidden) {
    if (places[sequence] == kept) {
      places[sequence] = 1 - kept;
    }
    file.write(sequence, places[sequence], hidden);
  }

  /** Protects the states from being overwritten; they are in the file already. */
  @Override
  public OptionalInt keep() {
    kept = places[0];
    return OptionalInt.of(kept);
  }

  @Override
  public void close() {
    file.close();
  }
}
