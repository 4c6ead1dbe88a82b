package io.github.owlprune.cli;

import io.github.owlprune.HiddenStateType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much memory a run may take. */
final class MemoryOptions {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "Memory to take at most, such as 4g or 900m; hidden states beyond it go to a file"
              + " (default: half of the machine's).")
  private @Nullable Long memory;

  @Option(
      names = "--hidden-states",
      paramLabel = "float32|bfloat16",
      defaultValue = "float32",
      description =
          "How hidden states lie in the file; bfloat16 takes half the room and changes the result a"
              + " little (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private HiddenStateType hiddenStates;

  HiddenStateType hiddenStates() {
    return hiddenStates;
  }

  /**
   * Divides the memory.
   *
   * @throws IllegalArgumentException if it does not hold what must be in memory
   */
  MemoryUse of(Estimate estimate) {
    long heap = Runtime.getRuntime().maxMemory();
    long given = memory == null ? (long) (heap / MemoryUse.HEAP_SHARE) : memory;
    return MemoryUse.of(estimate, given, heap, hiddenStates);
  }
}
