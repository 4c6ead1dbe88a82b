package io.github.owlprune.pipeline;

import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.model.Model;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a run uses the machine. Except for {@link HiddenStateType#BFLOAT16}, nothing here changes the
 * result.
 *
 * @param threads the number of threads, including the caller's own
 * @param hiddenStateBytes hidden states larger than this go to a file
 * @param hiddenStateType the number type in that file
 * @param statisticsBytes the most bytes of statistics that are gathered together
 * @param progress receives the progress
 */
public record Execution(
    int threads,
    long hiddenStateBytes,
    HiddenStateType hiddenStateType,
    long statisticsBytes,
    Progress progress) {
  /** All processors, half of the heap for hidden states, any number of statistics, no progress. */
  public static final Execution DEFAULT =
      new Execution(
          Runtime.getRuntime().availableProcessors(),
          Runtime.getRuntime().maxMemory() / 2,
          HiddenStateType.FLOAT32,
          Long.MAX_VALUE,
          Progress.NONE);

  /**
   * Checks the number of threads and the memory.
   *
   * @param threads the number of threads, at least 1
   * @param hiddenStateBytes at least 0
   * @param hiddenStateType the number type in the file
   * @param statisticsBytes at least 0
   * @param progress receives the progress
   * @throws IllegalArgumentException if a number is below its minimum
   */
  public Execution {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads were requested; at least 1 is needed");
    }
    if (hiddenStateBytes < 0) {
      throw new IllegalArgumentException(
          hiddenStateBytes + " bytes for hidden states were given; at least 0 are needed");
    }
    if (statisticsBytes < 0) {
      throw new IllegalArgumentException(
          statisticsBytes + " bytes for statistics were given; at least 0 are needed");
    }
  }

  /** Returns whether hidden states of these numbers of floats stay in memory. */
  boolean inMemory(int[] floats) {
    return Arrays.stream(floats).asLongStream().sum() * Float.BYTES <= hiddenStateBytes;
  }

  /** Returns the type that hidden states are rounded to between blocks, in lower case. */
  String hiddenStates(Model model, @Nullable TokenIds calibration) {
    boolean exact =
        calibration == null
            || inMemory(HiddenStates.floats(model.width(), calibration.sequences()));
    return (exact ? HiddenStateType.FLOAT32 : hiddenStateType).name().toLowerCase(Locale.ROOT);
  }

  /**
   * Changes the number of threads.
   *
   * @param n at least 1
   * @return a copy
   */
  public Execution withThreads(int n) {
    return new Execution(n, hiddenStateBytes, hiddenStateType, statisticsBytes, progress);
  }

  /**
   * Changes the memory for hidden states.
   *
   * @param bytes at least 0
   * @return a copy
   */
  public Execution withHiddenStateBytes(long bytes) {
    return new Execution(threads, bytes, hiddenStateType, statisticsBytes, progress);
  }

  /**
   * Changes the number type of hidden states in a file.
   *
   * @param type the type
   * @return a copy
   */
  public Execution withHiddenStateType(HiddenStateType type) {
    return new Execution(threads, hiddenStateBytes, type, statisticsBytes, progress);
  }

  /**
   * Changes the memory for statistics.
   *
   * @param bytes at least 0
   * @return a copy
   */
  public Execution withStatisticsBytes(long bytes) {
    return new Execution(threads, hiddenStateBytes, hiddenStateType, bytes, progress);
  }

  /**
   * Changes the receiver of the progress.
   *
   * @param listener receives it
   * @return a copy
   */
  public Execution withProgress(Progress listener) {
    return new Execution(threads, hiddenStateBytes, hiddenStateType, statisticsBytes, listener);
  }
}
