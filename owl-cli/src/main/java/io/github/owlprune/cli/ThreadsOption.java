package io.github.owlprune.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that limits the number of threads. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = NumberConverters.Count.class,
      description = "Number of threads, at least 1 (default: all processors).")
  private @Nullable Integer threads;

  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
