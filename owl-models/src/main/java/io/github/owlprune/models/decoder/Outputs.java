package io.github.owlprune.models.decoder;

/**
 * Which outputs of a stored tensor are a linear's: its output r is the tensor's {@code first + (r /
 * run) · stride + r mod run}.
 *
 * @param total how many outputs the tensor has
 * @param first the tensor's output that is the linear's first
 * @param run how many lie one after another
 * @param stride from the beginning of one run to that of the next, at least {@code run}
 */
public record Outputs(int total, int first, int run, int stride) {
  /**
   * Some outputs one after another.
   *
   * @param total how many outputs the tensor has
   * @param first the first that is the linear's
   * @param count how many are
   * @return such as the queries of a tensor that holds all queries, then all keys, then all values
   */
  public static Outputs range(int total, int first, int count) {
    return new Outputs(total, first, count, count);
  }

  int at(int output) {
    return first + output / run * stride + output % run;
  }

  /** Sees a stretch of outputs that lie one after another in the linear and in the tensor. */
  interface Stretch {
    void see(int output, int stored, int count);
  }

  /** Cuts a linear's first outputs into stretches of at most so many. */
  void stretches(int outputs, int most, Stretch stretch) {
    int r = 0;
    while (r < outputs) {
      int count = Math.min(most, Math.min(outputs - r, run - r % run));
      stretch.see(r, at(r), count);
      r += count;
    }
  }
}
