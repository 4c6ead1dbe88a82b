package io.github.owlprune.cli;

import io.github.owlprune.Stage;
import io.github.owlprune.pipeline.HiddenStateType;
import java.util.Locale;

/**
 * The memory use of a run, the placement of its hidden states and the division of its statistics.
 *
 * @param bytes the memory the run uses
 * @param hiddenStateMemory the size in bytes above which hidden states are kept in a file
 * @param fileBytes the size of the hidden states in a file
 * @param inFile whether the hidden states are kept only in a file
 * @param statisticsMemory the size in bytes above which the statistics of a block are gathered in
 *     several observations
 */
record MemoryUse(
    long bytes, long hiddenStateMemory, long fileBytes, boolean inFile, long statisticsMemory) {
  /** Fraction of the memory that the launcher gives to the JVM heap; matrices are off-heap. */
  static final double HEAP_SHARE = 0.75;

  /** Fraction of the heap for long-lived arrays; the launcher keeps the young generation small. */
  private static final double OLD_SHARE = 0.7;

  /** The memory use of a run that does not observe inputs. */
  static final MemoryUse NONE = new MemoryUse(0, 0, 0, false, Long.MAX_VALUE);

  /**
   * Returns the disk space for hidden states: those of the present block, and those from which an
   * interrupted run can resume.
   */
  long diskBytes() {
    return 2 * fileBytes;
  }

  static MemoryUse of(Estimate estimate, long memory, long heap, HiddenStateType type) {
    long missing = Math.max(0, estimate.fixedBytes() - memory);
    if (missing > estimate.divisibleBytes()) {
      throw new IllegalArgumentException(
          "the run needs "
              + mib(estimate.fixedBytes() - estimate.divisibleBytes())
              + " of memory in addition to its hidden states, for one block, the buffers of a"
              + " forward pass and the statistics, but only "
              + mib(memory)
              + " are allowed; increase --memory, or use fewer --threads or shorter sequences");
    }
    long fixed = estimate.fixedBytes() - missing;
    long room = Math.min(memory - fixed, (long) (heap * OLD_SHARE));
    boolean inFile = estimate.stateBytes() > room;
    return new MemoryUse(
        fixed + (inFile ? 0 : estimate.stateBytes()),
        room,
        estimate.stateBytes() / Float.BYTES * (inFile ? type.bytes() : Float.BYTES),
        inFile,
        missing == 0 ? Long.MAX_VALUE : estimate.statisticsBytes() - missing);
  }

  /** Returns a stage that keeps within this memory. */
  <S extends Stage<S>> S limit(S stage, HiddenStateType type) {
    return stage
        .withHiddenStateMemory(hiddenStateMemory)
        .withHiddenStateType(type)
        .withStatisticsMemory(statisticsMemory);
  }

  /** Formats a size in MiB, rounded up. */
  static String mib(long bytes) {
    return String.format(Locale.ROOT, "%d MiB", (bytes + (1L << 20) - 1) >> 20);
  }

  @Override
  public String toString() {
    return mib(bytes)
        + " of memory, "
        + (inFile
            ? "and " + mib(fileBytes) + " of hidden states in a file"
            : "hidden states included")
        + (statisticsMemory == Long.MAX_VALUE
            ? ""
            : ", the statistics of a block in several observations");
  }
}
