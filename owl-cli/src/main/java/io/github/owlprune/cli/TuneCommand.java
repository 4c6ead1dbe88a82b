package io.github.owlprune.cli;

import io.github.owlprune.Calibration;
import io.github.owlprune.JudgingCost;
import io.github.owlprune.Owl;
import io.github.owlprune.TokenIds;
import io.github.owlprune.Tuned;
import io.github.owlprune.Tuning;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owl tune}: searches for the allocation that suits a model. */
@Command(
    name = "tune",
    description =
        "Searches for the allocation with the least loss, judged on calibration sequences that are"
            + " kept apart: the last quarter, at most 4.",
    mixinStandardHelpOptions = true)
final class TuneCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A Hugging Face folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      defaultValue = "0.7",
      description = "The share of zeros over all chosen linears (default: ${DEFAULT-VALUE}).")
  private double sparsity;

  @Option(
      names = "--lambda",
      paramLabel = "L[,L]",
      split = ",",
      defaultValue = "0.08",
      description =
          "How far a block may leave S: one value, or the least and the largest to search between"
              + " (default: ${DEFAULT-VALUE}).")
  private double[] lambda = {};

  @Option(
      names = "--thresholds",
      paramLabel = "M,M,…",
      split = ",",
      defaultValue = "3,5,7,10",
      description = "Thresholds to try for outlier ratios (default: ${DEFAULT-VALUE}).")
  private double[] thresholds = {};

  @Option(
      names = "--allocations",
      paramLabel = "NAME,…",
      split = ",",
      defaultValue = "sensitivity,owl,dlp,depth",
      converter = AllocatorConverter.class,
      description = "What is tried alone and mixed (default: ${DEFAULT-VALUE}).")
  private Allocator[] allocations = {};

  @Option(
      names = "--candidates",
      paramLabel = "N",
      defaultValue = "40",
      description = "How many are tried at most (default: ${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Begin no further mixture after so long (default: no limit).")
  private @Nullable Long minutes;

  @Option(
      names = "--linears",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "Prune only the linears whose names match, such as '*.mlp.*' (default: all).")
  @SuppressWarnings("NullAway.Init") // has a default
  private String linears;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private @Nullable Integer threads;

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the best plan as JSON, for owl prune --plan.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (!calibration.given()) {
      throw new ParameterException(spec.commandLine(), "--calibration is needed");
    }
    if (lambda.length > 2) {
      throw new ParameterException(
          spec.commandLine(),
          "--lambda takes one value, or the least and the largest; "
              + lambda.length
              + " were given");
    }
    PrintWriter print = spec.commandLine().getOut();
    int processors = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try (CausalLm lm = CausalLm.open(model);
        ProgressLine progress = new ProgressLine(print)) {
      Calibration source = Objects.requireNonNull(calibration.calibration(lm));
      TokenIds ids = source.draw();
      Tuning tuning = tuning(lm, ids).withThreads(processors).withProgress(progress);
      JudgingCost cost = tuning.cost();
      Estimate estimate = Estimate.of(lm, ids, true, false, processors).withJudging(lm, ids, cost);
      MemoryUse use = memory.of(estimate);
      print.println(estimate + ", " + use);
      print.println(Reading.of(lm, model, 1 + cost.reads()));
      Tuned tuned =
          tuning
              .withHiddenStateMemory(use.hiddenStateMemory())
              .withHiddenStateType(memory.hiddenStates())
              .search();
      progress.finish();
      print.print(tuned);
      print.print(tuned.plan());
      if (json != null) {
        JsonFile.write(json, tuned.plan().toJson());
      }
      print.flush();
    }
    return 0;
  }

  private Tuning tuning(CausalLm lm, TokenIds ids) {
    Tuning tuning =
        Owl.tune(lm, ids)
            .withSparsity(sparsity)
            .withLambdas(lambda[0], lambda[lambda.length - 1])
            .withOutlierThresholds(thresholds)
            .withAllocators(allocations)
            .withLinears(linears)
            .withCandidates(candidates);
    return minutes == null ? tuning : tuning.withTimeLimit(Duration.ofMinutes(minutes));
  }
}
