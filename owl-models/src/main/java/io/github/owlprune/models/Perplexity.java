package io.github.owlprune.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The perplexity of a text, {@code exp(Σ mean loss of a window · its length / Σ lengths)} over
 * windows that do not overlap, as in the papers' reference code. The first token of a window is not
 * predicted.
 *
 * @param value at least 1; infinite if the mean loss exceeds 709 nats
 * @param tokens the number of tokens in all windows
 * @param windows the number of windows
 */
public record Perplexity(double value, long tokens, int windows) {
  /**
   * Cuts a text into windows that do not overlap; an incomplete last window is dropped.
   *
   * @param ids the token ids of the text
   * @param length the tokens in a window, at least 2
   * @return at least one window
   * @throws IllegalArgumentException if {@code length} is below 2 or the text is shorter than a
   *     window
   */
  public static List<int[]> windows(int[] ids, int length) {
    if (length < 2) {
      throw new IllegalArgumentException(
          "a window length of " + length + " was given; it must be at least 2");
    }
    if (ids.length < length) {
      throw new IllegalArgumentException(
          "the text has "
              + ids.length
              + " tokens, fewer than one window of "
              + length
              + "; give a longer text or shorter windows");
    }
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from + length <= ids.length; from += length) {
      windows.add(Arrays.copyOfRange(ids, from, from + length));
    }
    return windows;
  }

  /** Accumulates the losses of windows. */
  static final class Sum {
    private double loss;
    private long tokens;
    private int windows;

    void add(double[] losses) {
      double sum = 0;
      for (double l : losses) {
        sum += l;
      }
      int length = losses.length + 1;
      loss += sum / losses.length * length;
      tokens += length;
      windows++;
    }

    Perplexity result() {
      return new Perplexity(Math.exp(loss / tokens), tokens, windows);
    }
  }
}
