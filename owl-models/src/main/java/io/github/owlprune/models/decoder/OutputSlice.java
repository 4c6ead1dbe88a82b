package io.github.owlprune.models.decoder;

/**
 * Selects the outputs of a stored tensor that belong to one linear: the linear's output r is the
 * tensor's output {@code first + (r / run) · stride + r mod run}.
 *
 * @param total the number of outputs in the tensor
 * @param first the tensor's output that is the linear's output 0
 * @param run the number of consecutive outputs in each run
 * @param stride the distance from the start of one run to the start of the next, at least {@code
 *     run}
 */
public record OutputSlice(int total, int first, int run, int stride) {
  /**
   * Returns a slice of consecutive outputs, such as the queries in a tensor that holds all queries,
   * then all keys, then all values.
   *
   * @param total the number of outputs in the tensor
   * @param first the tensor's output that is the linear's output 0
   * @param count the number of outputs in the slice
   * @return the slice
   */
  public static OutputSlice range(int total, int first, int count) {
    return new OutputSlice(total, first, count, count);
  }

  int stored(int output) {
    return first + output / run * stride + output % run;
  }

  /** Visits outputs that are consecutive both in the linear and in the tensor. */
  interface RunVisitor {
    void visit(int output, int stored, int count);
  }

  /** Visits the first {@code outputs} outputs in runs of at most {@code longest}. */
  void forEachRun(int outputs, int longest, RunVisitor visitor) {
    int r = 0;
    while (r < outputs) {
      int count = Math.min(longest, Math.min(outputs - r, run - r % run));
      visitor.visit(r, stored(r), count);
      r += count;
    }
  }
}
