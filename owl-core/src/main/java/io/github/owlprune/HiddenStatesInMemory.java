package io.github.owlprune;

import java.util.List;

/** One array a sequence, handed out as it is. */
final class HiddenStatesInMemory implements HiddenStates {
  private final int[] floats;
  private final float[][] states; // each made when it is first asked for

  HiddenStatesInMemory(int width, List<int[]> sequences) {
    this.floats = sequences.stream().mapToInt(s -> Math.multiplyExact(s.length, width)).toArray();
    this.states = new float[floats.length][];
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
  public int sequences() {
    return states.length;
  }

  @Override
  public void close() {}
}
