package io.github.owlprune.cli;

import io.github.owlprune.HiddenStateType;
import java.util.Locale;

/**
 * What of a run lies in memory and what in a file.
 *
 * @param bytes memory that the run takes
 * @param hiddenStateMemory hidden states of more bytes go to a file
 * @param fileBytes what the hidden states take in a file
 * @param inFile whether they lie there alone
 */
record MemoryUse(long bytes, long hiddenStateMemory, long fileBytes, boolean inFile) {
  /** The launcher gives the JVM's heap this share; matrices lie outside. */
  static final double HEAP_SHARE = 0.75;

  /** Of the heap, the share that long-lived arrays may fill; the launcher keeps the young small. */
  private static final double OLD_SHARE = 0.7;

  /** Of a run that looks at no inputs. */
  static final MemoryUse NONE = new MemoryUse(0, 0, 0, false);

  /**
   * What hidden states take on the disk: those of a block, and those that a run could go on from.
   */
  long diskBytes() {
    return 2 * fileBytes;
  }

  static MemoryUse of(Estimate estimate, long memory, long heap, HiddenStateType type) {
    if (estimate.fixedBytes() > memory) {
      throw new IllegalArgumentException(
          "the run needs "
              + mib(estimate.fixedBytes())
              + " of memory besides its hidden states, for one block, the buffers of a forward pass"
              + " and the statistics; "
              + mib(memory)
              + " may be taken: give --memory more, or use fewer --threads or shorter sequences");
    }
    long room = Math.min(memory - estimate.fixedBytes(), (long) (heap * OLD_SHARE));
    boolean inFile = estimate.stateBytes() > room;
    return new MemoryUse(
        estimate.fixedBytes() + (inFile ? 0 : estimate.stateBytes()),
        room,
        estimate.stateBytes() / Float.BYTES * (inFile ? type.bytes() : Float.BYTES),
        inFile);
  }

  /** In MiB, rounded up, as {@code --memory} takes them. */
  static String mib(long bytes) {
    return String.format(Locale.ROOT, "%d MiB", (bytes + (1L << 20) - 1) >> 20);
  }

  @Override
  public String toString() {
    return mib(bytes)
        + " of memory, "
        + (inFile
            ? "and " + mib(fileBytes) + " of hidden states in a file"
            : "hidden states included");
  }
}
