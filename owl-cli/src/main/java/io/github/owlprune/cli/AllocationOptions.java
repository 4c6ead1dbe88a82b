package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.pipeline.Progress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that control the allocation of sparsity. */
final class AllocationOptions {
  private static final List<String> DECIDING =
      List.of(
          "--allocation",
          "--mapping",
          "--sparsity",
          "--lambda",
          "--threshold",
          "--pattern",
          "--mixed-pattern",
          "--linears");

  @Option(
      names = "--allocation",
      paramLabel =
          "owl|uniform|depth|er|er-plus|global|owl-inverse|owl-per-linear|dlp|alpha|sensitivity",
      converter = AllocatorConverter.class,
      description = "How sparsity is allocated to blocks (default: owl; uniform with --pattern).")
  private @Nullable Allocator allocation;

  @Option(
      names = "--mapping",
      paramLabel = "bounded|reference",
      defaultValue = "bounded",
      description =
          "bounded: within S ± lambda and exactly on the budget; reference: as in the paper's"
              + " program (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private Mapping mapping;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      converter = NumberConverters.Fraction.class,
      description = "Fraction of zeros over all selected linears (default: 0.7).")
  private @Nullable Double sparsity;

  @Option(
      names = "--lambda",
      paramLabel = "L",
      defaultValue = "0.08",
      converter = NumberConverters.Fraction.class,
      description = "Maximum deviation of a block from S (default: ${DEFAULT-VALUE}).")
  private double lambda;

  @Option(
      names = "--threshold",
      paramLabel = "M",
      defaultValue = "5",
      converter = NumberConverters.Threshold.class,
      description = "Outliers exceed M times the mean score (default: ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--pattern",
      paramLabel = "N:M",
      description = "Keep N of every M consecutive weights in a row, such as 2:4.")
  private @Nullable String pattern;

  @Option(
      names = "--mixed-pattern",
      paramLabel = "M",
      description = "Like --pattern, with a separate N for each block.")
  private @Nullable Integer mixedPattern;

  @Mixin private final LinearsOption linears = new LinearsOption();

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  /** Rejects options that a given plan already determines. */
  static void requireNone(CommandLine command) {
    for (String option : DECIDING) {
      if (command.getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            command, option + " conflicts with --plan, which determines it already; remove one");
      }
    }
  }

  int threads() {
    return threads.threads();
  }

  String linears() {
    return linears.glob();
  }

  boolean uniform() {
    return allocation == null
        ? pattern != null
        : allocation.name().equals(Allocator.uniform().name());
  }

  /** Returns whether the model must be measured before the allocation. */
  boolean measures() {
    return allocation == null ? pattern == null : allocation.measurement().needsInputs();
  }

  /** Returns the stage that the options describe. */
  Allocation stage(CausalLm model, @Nullable TokenIds calibration, Progress progress) {
    Allocation stage =
        (calibration == null ? Owl.allocate(model) : Owl.allocate(model, calibration))
            .withMapping(mapping)
            .withLambda(lambda)
            .withOutlierThreshold(threshold)
            .withLinears(linears())
            .withThreads(threads())
            .withProgress(progress);
    if (pattern != null) {
      int[] nm = parsePattern(pattern);
      stage = stage.withPattern(nm[0], nm[1]);
    }
    if (mixedPattern != null) {
      stage = stage.withMixedPattern(mixedPattern);
    }
    if (sparsity != null) {
      stage = stage.withSparsity(sparsity);
    }
    return allocation == null ? stage : stage.withAllocator(allocation);
  }

  private static int[] parsePattern(String pattern) {
    if (!pattern.matches("\\d{1,4}:\\d{1,4}")) {
      throw new IllegalArgumentException(
          "--pattern " + pattern + " was given; it must have the form N:M, such as 2:4");
    }
    String[] parts = pattern.split(":", -1);
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
