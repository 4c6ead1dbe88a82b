package io.github.owlprune;

/**
 * How a run uses the machine; nothing here changes its result.
 *
 * @param threads the threads, the caller's own included
 * @param hiddenStateBytes hidden states larger than this go to a file
 * @param progress is told how far the run has come
 */
record Execution(int threads, long hiddenStateBytes, Progress progress) {
  static final Execution DEFAULT =
      new Execution(
          Runtime.getRuntime().availableProcessors(),
          Runtime.getRuntime().maxMemory() / 2,
          Progress.NONE);

  Execution {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads were asked for; 1 or more are needed");
    }
    if (hiddenStateBytes < 0) {
      throw new IllegalArgumentException(
          hiddenStateBytes + " bytes for hidden states were given; 0 or more are needed");
    }
  }

  Execution withThreads(int n) {
    return new Execution(n, hiddenStateBytes, progress);
  }

  Execution withHiddenStateBytes(long bytes) {
    return new Execution(threads, bytes, progress);
  }

  Execution withProgress(Progress listener) {
    return new Execution(threads, hiddenStateBytes, listener);
  }
}
