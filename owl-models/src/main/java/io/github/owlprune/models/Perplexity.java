package io.github.owlprune.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Perplexity as in the papers: {@code exp(Σ mean loss of a window · its length / Σ lengths)} over
 * windows that do not overlap; the first token of a window is not predicted.
 *
 * @param value at least 1; infinite if the mean loss is beyond 709 nats
 * @param tokens how many tokens the windows hold
 * @param windows how many windows
 */
public record Perplexity(double value, long tokens, int windows) {
  /**
   * Cuts a text into windows that do not overlap; the tail is dropped.
   *
   * @param ids the whole text
   * @param length tokens of a window, at least 2
   * @return at least one window
   * @throws IllegalArgumentException if the text is shorter than a window
   */
  public static List<int[]> windows(int[] ids, int length) {
    if (length < 2) {
      throw new IllegalArgumentException(
          "windows of " + length + " tokens were asked for; at least 2 are needed");
    }
    if (ids.length < length) {
      throw new IllegalArgumentException(
          "the text has " + ids.length + " tokens, fewer than a window of " + length);
    }
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from + length <= ids.length; from += length) {
      windows.add(Arrays.copyOfRange(ids, from, from + length));
    }
    return windows;
  }

  /** Gathers windows. */
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
