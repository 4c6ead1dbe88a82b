package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.Progress;
import io.github.owlprune.TokenIds;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.allocation.Mapping;
import io.github.owlprune.models.CausalLm;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How sparsity is spread. */
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
      description = "Who decides how much each block loses (default: owl; uniform with a pattern).")
  private @Nullable Allocator allocation;

  @Option(
      names = "--mapping",
      paramLabel = "bounded|reference",
      defaultValue = "bounded",
      description =
          "bounded: inside S ± lambda and on the budget; reference: the paper's program (default:"
              + " ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private Mapping mapping;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description = "The share of zeros over all chosen linears (default: 0.7).")
  private @Nullable Double sparsity;

  @Option(
      names = "--lambda",
      paramLabel = "L",
      defaultValue = "0.08",
      description = "How far a block may leave S (default: ${DEFAULT-VALUE}).")
  private double lambda;

  @Option(
      names = "--threshold",
      paramLabel = "M",
      defaultValue = "5",
      description = "An outlier is above M times the mean score (default: ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--pattern",
      paramLabel = "N:M",
      description = "Keep N of every M weights of a row, such as 2:4.")
  private @Nullable String pattern;

  @Option(
      names = "--mixed-pattern",
      paramLabel = "M",
      description = "Keep N of every M weights of a row, each block its own N.")
  private @Nullable Integer mixedPattern;

  @Option(
      names = "--linears",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "Prune only the linears whose names match, such as '*.mlp.*' (default: all).")
  @SuppressWarnings("NullAway.Init") // has a default
  private String linears;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private @Nullable Integer threads;

  /** Refuses options that say what a ready plan says already. */
  static void requireNone(CommandLine command) {
    for (String option : DECIDING) {
      if (command.getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            command, option + " was given beside --plan, which says it already; leave one away");
      }
    }
  }

  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  String linears() {
    return linears;
  }

  boolean uniform() {
    return allocation == null
        ? pattern != null
        : allocation.name().equals(Allocator.uniform().name());
  }

  /** Whether the model must be measured before it can be allocated. */
  boolean measures() {
    return allocation == null ? pattern == null : allocation.measurement().needsInputs();
  }

  Allocation apply(CausalLm model, @Nullable TokenIds calibration, Progress progress) {
    Allocation stage =
        (calibration == null ? Owl.allocate(model) : Owl.allocate(model, calibration))
            .withMapping(mapping)
            .withLambda(lambda)
            .withOutlierThreshold(threshold)
            .withLinears(linears)
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
          "--pattern " + pattern + " is not of the form N:M, such as 2:4");
    }
    String[] parts = pattern.split(":", -1);
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
