package io.github.owlprune;

import io.github.owlprune.model.Model;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a run uses the machine. But for {@link HiddenStateType#BFLOAT16}, nothing here changes its
 * result.
 *
 * @param threads the threads, the caller's own included
 * @param hiddenStateBytes hidden states larger than this go to a file
 * @param hiddenStateType how they lie there
 * @param progress is told how far the run has come
 */
record Execution(
    int threads, long hiddenStateBytes, HiddenStateType hiddenStateType, Progress progress) {
  static final Execution DEFAULT =
      new Execution(
          Runtime.getRuntime().availableProcessors(),
          Runtime.getRuntime().maxMemory() / 2,
          HiddenStateType.FLOAT32,
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

  /** Whether hidden states of so many numbers stay in memory. */
  boolean inMemory(int[] floats) {
    return Arrays.stream(floats).asLongStream().sum() * Float.BYTES <= hiddenStateBytes;
  }

  /** What they are rounded to on their way from block to block. */
  String hiddenStates(Model model, @Nullable TokenIds calibration) {
    boolean exact =
        calibration == null
            || inMemory(HiddenStates.floats(model.width(), calibration.sequences()));
    return (exact ? HiddenStateType.FLOAT32 : hiddenStateType).name().toLowerCase(Locale.ROOT);
  }

  Execution withThreads(int n) {
    return new Execution(n, hiddenStateBytes, hiddenStateType, progress);
  }

  Execution withHiddenStateBytes(long bytes) {
    return new Execution(threads, bytes, hiddenStateType, progress);
  }

  Execution withHiddenStateType(HiddenStateType type) {
    return new Execution(threads, hiddenStateBytes, type, progress);
  }

  Execution withProgress(Progress listener) {
    return new Execution(threads, hiddenStateBytes, hiddenStateType, listener);
  }
}
