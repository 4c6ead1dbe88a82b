package io.github.owlprune.cli;

import io.github.owlprune.pipeline.HiddenStateType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that limit the memory of a run. */
final class MemoryOptions {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "Maximum memory, such as 4g or 900m; hidden states that do not fit are kept in a file"
              + " (default: half of the machine's memory).")
  private @Nullable Long memory;

  @Option(
      names = "--hidden-states",
      paramLabel = "float32|bfloat16",
      defaultValue = "float32",
      description =
          "Format of hidden states in the file; bfloat16 halves its size and changes the result"
              + " slightly (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private HiddenStateType hiddenStates;

  HiddenStateType hiddenStates() {
    return hiddenStates;
  }

  /**
   * Divides the memory between fixed buffers and hidden states.
   *
   * @throws IllegalArgumentException if the fixed buffers do not fit
   */
  MemoryUse of(Estimate estimate) {
    long heap = Runtime.getRuntime().maxMemory();
    long given = memory == null ? (long) (heap / MemoryUse.HEAP_SHARE) : memory;
    return MemoryUse.of(estimate, given, heap, hiddenStates);
  }
}
