package io.github.owlprune.cli;

import io.github.owlprune.Owl;
import io.github.owlprune.Tuning;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.measure.JudgingCost;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.tuning.TuningResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code owl tune}: searches for the best allocation for a model. */
@Command(
    name = "tune",
    description =
        "Searches for the allocation with the lowest loss on held-out calibration sequences: the"
            + " last quarter, at most 4.",
    mixinStandardHelpOptions = true)
final class TuneCommand extends ModelCommand {
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      converter = NumberConverters.Fraction.class,
      defaultValue = "0.7",
      description = "Fraction of zeros over all selected linears (default: ${DEFAULT-VALUE}).")
  private double sparsity;

  @Option(
      names = "--lambda",
      paramLabel = "L[,L]",
      split = ",",
      defaultValue = "0.08",
      converter = NumberConverters.Fraction.class,
      description =
          "Maximum deviation of a block from S: one value, or the lower and upper end of the range"
              + " to search (default: ${DEFAULT-VALUE}).")
  private double[] lambda = {};

  @Option(
      names = "--thresholds",
      paramLabel = "M,M,…",
      split = ",",
      defaultValue = "3,5,7,10",
      converter = NumberConverters.Threshold.class,
      description = "Thresholds to try for outlier ratios (default: ${DEFAULT-VALUE}).")
  private double[] thresholds = {};

  @Option(
      names = "--allocations",
      paramLabel = "NAME,…",
      split = ",",
      defaultValue = "sensitivity,owl,dlp,depth",
      converter = AllocatorConverter.class,
      description = "Allocations to try alone and as mixtures (default: ${DEFAULT-VALUE}).")
  private Allocator[] allocations = {};

  @Option(
      names = "--candidates",
      paramLabel = "N",
      defaultValue = "40",
      converter = NumberConverters.Count.class,
      description = "Maximum number of candidates (default: ${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      converter = NumberConverters.Count.class,
      description = "Start no new candidate after N minutes (default: no limit).")
  private @Nullable Integer minutes;

  @Mixin private final LinearsOption linears = new LinearsOption();

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the best plan as JSON, for owl prune --plan.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (!calibration.given()) {
      throw new ParameterException(commandLine(), "--calibration is required");
    }
    if (lambda.length > 2) {
      throw new ParameterException(
          commandLine(),
          "--lambda takes one value, or the lower and upper end of a range, but "
              + lambda.length
              + " values were given");
    }
    OutputPaths outputs = outputs().reads("--calibration", calibration.file()).file("--json", json);
    PrintWriter err = err();
    int processors = threads.threads();
    try (CausalLm lm = open(openOptions());
        ProgressLine progress = new ProgressLine(err)) {
      lm.checkLoss(); // before a long text is tokenized
      Calibration source = Objects.requireNonNull(calibration.calibration(lm));
      TokenIds ids = source.draw();
      Tuning tuning =
          requested(() -> tuning(lm, ids)).withThreads(processors).withProgress(progress);
      JudgingCost cost = tuning.cost();
      Estimate estimate = Estimate.of(lm, ids, true, false, processors).withJudging(lm, ids, cost);
      MemoryUse use = memory.of(estimate);
      err.println(estimate + ", " + use);
      err.println(Reading.of(lm, model(), 1 + cost.reads()));
      TuningResult result = use.limit(tuning, memory.hiddenStates()).search();
      progress.finish();
      print(result, result.plan());
      outputs.write(json, result.plan().toJson());
      outputs.finish("the result is printed above");
    }
    return 0;
  }

  private Tuning tuning(CausalLm lm, TokenIds ids) {
    Tuning tuning =
        Owl.tune(lm, ids)
            .withSparsity(sparsity)
            .withLambda(lambda[0], lambda[lambda.length - 1])
            .withOutlierThresholds(thresholds)
            .withAllocators(allocations)
            .withLinears(linears.glob())
            .withCandidates(candidates);
    return minutes == null ? tuning : tuning.withTimeLimit(Duration.ofMinutes(minutes));
  }
}
