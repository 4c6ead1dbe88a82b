package io.github.owlprune.pipeline;

import java.util.List;
import java.util.OptionalInt;

/** A store for the hidden states of sequences between two blocks. */
interface HiddenStates extends AutoCloseable {
  /**
   * Returns the hidden states of a sequence, to be changed in place and passed to {@link #put}.
   *
   * @return {@code [tokens, width]}, row-major; valid until the next call
   */
  float[] get(int sequence);

  /** Stores the changed array that {@link #get} returned for the sequence. */
  void put(int sequence, float[] hidden);

  /**
   * Keeps all sequences as they are now in the file, for a resumed run to start from. Later puts do
   * not change what was kept.
   *
   * @return the position in the file, or empty if they are not kept this time
   */
  OptionalInt keep();

  /** Restores hidden states that this or an earlier process kept. */
  void restore(int position);

  @Override
  void close();

  /** Returns the number of floats of each sequence. */
  static int[] floats(int width, List<int[]> sequences) {
    return sequences.stream().mapToInt(s -> Math.multiplyExact(s.length, width)).toArray();
  }
}
