package io.github.owlprune;

import java.util.List;

/** One array a sequence, handed out as it is. */
final class HiddenStatesInMemory implements HiddenStates {
  private final float[][] states;

  HiddenStatesInMemory(int width, List<int[]> sequences) {
    this.states = new float[sequences.size()][];
    for (int i = 0; i < states.length; i++) {
      states[i] = new float[Math.multiplyExact(sequences.get(i).length, width)];
    }
  }

  @Override
  public float[] get(int sequence) {
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
