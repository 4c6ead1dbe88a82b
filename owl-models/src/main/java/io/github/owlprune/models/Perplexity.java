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
    return cut(ids, length, new int[0]);
  }

  /**
   * Cuts a text into windows that do not overlap, each behind the same token; an incomplete last
   * window is dropped. Models that were trained with that token before every text need it.
   *
   * @param ids the token ids of the text; if they start with {@code first}, it is not repeated
   * @param length the tokens in a window, including {@code first}; at least 2
   * @param first the id of the token that every window starts with
   * @return at least one window
   * @throws IllegalArgumentException if {@code length} is below 2 or the text is shorter than a
   *     window
   */
  public static List<int[]> windows(int[] ids, int length, int first) {
    boolean there = ids.length > 0 && ids[0] == first;
    return cut(there ? Arrays.copyOfRange(ids, 1, ids.length) : ids, length, new int[] {first});
  }

  private static List<int[]> cut(int[] ids, int length, int[] prefix) {
    if (length < 2) {
      throw new IllegalArgumentException(
          "a window length of " + length + " was given; it must be at least 2");
    }
    int step = length - prefix.length;
    if (ids.length < step) {
      throw new IllegalArgumentException(
          "the text has "
              + ids.length
              + " tokens, fewer than one window of "
              + length
              + "; give a longer text or shorter windows");
    }
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from + step <= ids.length; from += step) {
      int[] window = Arrays.copyOf(prefix, length);
      System.arraycopy(ids, from, window, prefix.length, step);
      windows.add(window);
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
