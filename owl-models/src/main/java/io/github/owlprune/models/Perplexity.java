package io.github.owlprune.models;

/**
 * Perplexity as in the papers: {@code exp(Σ mean loss of a window · its length / Σ lengths)} over
 * windows that do not overlap; the first token of a window is not predicted.
 *
 * @param value at least 1; infinite if the mean loss is beyond 709 nats
 * @param tokens how many tokens the windows hold
 * @param windows how many windows
 */
public record Perplexity(double value, long tokens, int windows) {
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
