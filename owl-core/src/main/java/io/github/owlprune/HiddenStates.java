package io.github.owlprune;

import io.github.owlprune.model.Model;
import java.util.List;

/** The hidden states of every calibration sequence between two blocks. */
interface HiddenStates extends AutoCloseable {
  /**
   * The hidden states of a sequence, to be changed in place and given to {@link #put}.
   *
   * @return {@code [tokens, width]}, row-major; valid until the next call
   */
  float[] get(int sequence);

  /** Keeps what {@link #get} returned for the sequence and was changed since. */
  void put(int sequence, float[] hidden);

  /** How many sequences there are. */
  int sequences();

  @Override
  void close();

  /** Room for all sequences, in memory if they fit the budget, else in a temporary file. */
  static HiddenStates reserve(int width, List<int[]> sequences, long budget) {
    long tokens = sequences.stream().mapToLong(s -> s.length).sum();
    return tokens * width * Float.BYTES <= budget
        ? new HiddenStatesInMemory(width, sequences)
        : new HiddenStatesInFile(width, sequences);
  }

  /** Embeds all sequences. */
  static HiddenStates embed(Model model, List<int[]> sequences, long budget) {
    HiddenStates states = reserve(model.width(), sequences, budget);
    for (int i = 0; i < sequences.size(); i++) {
      float[] hidden = states.get(i);
      model.embed(sequences.get(i), hidden);
      states.put(i, hidden);
    }
    return states;
  }
}
