package io.github.owlprune.statistics;

import java.io.DataInput;
import java.io.IOException;
import java.io.StreamCorruptedException;

/**
 * A kind of statistic, such as column norms. It is the key under which a compressor requests and
 * finds the statistic, so two kinds that gather the same must be equal.
 *
 * @param <S> the type of the statistic
 */
public interface StatisticKind<S extends Statistic<S>> {
  /**
   * Returns the name for messages, such as {@code column norms}.
   *
   * @return a few words
   */
  String name();

  /**
   * Returns the type of the statistic.
   *
   * @return the class of everything that {@link #create} and {@link #read} return
   */
  Class<S> type();

  /**
   * Creates an empty statistic.
   *
   * @param inputs the width of the input, at least 1
   * @return a statistic without any sequence
   */
  S create(int inputs);

  /**
   * Restores a statistic.
   *
   * @param in the bytes that {@link Statistic#write} wrote
   * @param inputs the width of the input; bytes that claim another are rejected before anything is
   *     allocated for them
   * @return the equal statistic
   * @throws IOException if the bytes cannot be read or are not those of such a statistic
   */
  S read(DataInput in, int inputs) throws IOException;

  /**
   * Returns whether the statistics of all blocks fit in memory together: their size grows with the
   * width of the input, not with its square.
   *
   * @return false unless overridden
   */
  default boolean fitsForAllBlocks() {
    return false;
  }

  /**
   * Returns about how much memory a statistic takes.
   *
   * @param inputs the width of the input, at least 1
   * @return bytes; unless overridden a double for each input, or a float for each pair of inputs if
   *     the statistics of all blocks do not fit in memory
   */
  default long bytes(int inputs) {
    return fitsForAllBlocks() ? (long) Double.BYTES * inputs : (long) inputs * inputs * Float.BYTES;
  }

  /**
   * Rejects the byte form of a statistic of another width.
   *
   * @param found the number of inputs that the bytes claim
   * @param expected the width of the input
   * @throws StreamCorruptedException if the two differ
   */
  static void requireInputs(int found, int expected) throws StreamCorruptedException {
    if (found != expected) {
      throw new StreamCorruptedException(
          "the bytes are those of a statistic of " + found + " inputs; expected " + expected);
    }
  }
}
