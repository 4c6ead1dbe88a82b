package io.github.owlprune;

import io.github.owlprune.model.Model;
import java.util.List;
import java.util.OptionalInt;

/** The hidden states of every calibration sequence between two blocks. */
interface HiddenStates extends AutoCloseable {
  /**
   * The hidden states of a sequence, to be changed in place and given to {@link #put}.
   *
   * @return {@code [tokens, width]}, row-major; valid until the next call
   */
  float[] get(int sequence);

  /** Takes what {@link #get} returned for the sequence and was changed since. */
  void put(int sequence, float[] hidden);

  /**
   * Keeps all sequences as they are now in the file, for a run to go on from, whatever is put
   * later.
   *
   * @return the place in the file, or empty if they are not kept this time
   */
  OptionalInt keep();

  /** Brings back what was kept, by this process or one before it. */
  void restore(int place);

  /** How many sequences there are. */
  int sequences();

  @Override
  void close();

  /** How many numbers the states of each sequence have. */
  static int[] floats(int width, List<int[]> sequences) {
    return sequences.stream().mapToInt(s -> Math.multiplyExact(s.length, width)).toArray();
  }

  /** Makes them what enters the first block. */
  default void embed(Model model, List<int[]> sequences) {
    for (int i = 0; i < sequences.size(); i++) {
      float[] hidden = get(i);
      model.embed(sequences.get(i), hidden);
      put(i, hidden);
    }
  }
}
