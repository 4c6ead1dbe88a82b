package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.Pruning;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code owl prune}: measures, allocates, prunes and saves. */
@Command(
    name = "prune",
    description = "Prunes a model and saves it as a folder of the same format.",
    mixinStandardHelpOptions = true)
final class PruneCommand extends ModelCommand {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Output folder; it must not exist yet.")
  @SuppressWarnings("NullAway.Init") // required
  private Path folder;

  @Option(
      names = "--method",
      paramLabel = "wanda|sparsegpt|admm|magnitude",
      defaultValue = "wanda",
      description = "Pruning method (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private Method method;

  @Option(
      names = "--refit",
      description = "Fit the remaining weights to minimise the change of each linear's output.")
  private boolean refit;

  @Option(
      names = "--dense-activations",
      description =
          "Use the dense model's activations: faster, but slightly worse. An interrupted run then"
              + " starts over.")
  private boolean denseActivations;

  @Option(
      names = "--plan",
      paramLabel = "FILE.json",
      description = "Use a plan written by owl plan or owl tune, without allocation options.")
  private @Nullable Path plan;

  @Mixin private final AllocationOptions allocation = new AllocationOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--report",
      paramLabel = "FILE.json",
      description = "Also write the report here; DIR always contains a copy.")
  private @Nullable Path report;

  @Override
  public Integer call() throws IOException {
    if (plan != null) {
      AllocationOptions.requireNone(commandLine());
    }
    boolean measures = plan == null && allocation.measures();
    Compressor compressor = method.compressor(refit);
    boolean needsInputs = !compressor.statistics().isEmpty();
    if (!calibration.given() && (needsInputs || measures)) {
      throw new ParameterException(
          commandLine(),
          "--calibration is required unless --method is magnitude without --refit and --allocation"
              + " uses no activations ("
              + AllocatorConverter.withoutInputs()
              + ")");
    }
    CausalLm.requireSavable(folder);
    PrintWriter print = out();
    Path working = folder.resolveSibling(folder.getFileName() + ".partial");
    try (CausalLm lm = CausalLm.open(model(), working);
        ProgressLine progress = new ProgressLine(print)) {
      Calibration drawn = calibration.calibration(lm);
      TokenIds ids = drawn == null ? null : drawn.draw();
      boolean resumes = Files.exists(working);
      Allocation toMake = plan == null ? allocation.stage(lm, ids, progress) : null;
      MemoryUse use = MemoryUse.NONE;
      if (ids != null) {
        Estimate estimate = estimate(lm, ids, toMake, needsInputs);
        use = memory.of(estimate);
        print.println(estimate + ", " + use);
      }
      if (resumes) {
        print.println("resuming from " + working);
      } else {
        requireDisk(lm.bytes() + use.diskBytes());
      }
      Report done = pruning(lm, ids, toMake, use, progress).apply(compressor);
      progress.finish();
      print.print(done);
      lm.save(folder);
      if (report != null) {
        JsonFile.write(report, done.toJson());
      }
      print.println("saved " + folder);
      print.flush();
    }
    return 0;
  }

  /** Returns a stage's method that prunes, based on either an allocation or a plan. */
  private Function<Compressor, Report> pruning(
      CausalLm lm,
      @Nullable TokenIds ids,
      @Nullable Allocation toMake,
      MemoryUse use,
      ProgressLine progress)
      throws IOException {
    if (toMake != null) {
      Allocation stage = use.limit(toMake, memory.hiddenStates());
      return denseActivations ? stage.withDenseActivations()::prune : stage::prune;
    }
    Plan ready = Plan.fromJson(Files.readString(Objects.requireNonNull(plan)));
    Pruning planned = ids == null ? Owl.follow(lm, ready) : Owl.follow(lm, ids, ready);
    Pruning stage =
        use.limit(planned, memory.hiddenStates())
            .withThreads(allocation.threads())
            .withProgress(progress);
    return denseActivations ? stage.withDenseActivations()::prune : stage::prune;
  }

  /** Checks, before hours of work, that the model and the hidden states fit on --out's disk. */
  private void requireDisk(long bytes) throws IOException {
    Path parent = Objects.requireNonNull(folder.toAbsolutePath().getParent());
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < bytes) {
      throw new IOException(
          parent
              + " has "
              + MemoryUse.mib(free)
              + " of free disk space, but the run needs "
              + MemoryUse.mib(bytes)
              + "; free some space or choose an --out folder on another disk");
    }
  }

  private Estimate estimate(
      CausalLm lm, TokenIds ids, @Nullable Allocation toMake, boolean needsInputs) {
    boolean measures = toMake != null && allocation.measures();
    Estimate passes = Estimate.of(lm, ids, measures, needsInputs, allocation.threads());
    Estimate hessians =
        method.gathersHessians() || refit ? passes.withHessians(lm, ids, 1) : passes;
    Estimate rounds = method == Method.ADMM ? hessians.withRounds(lm, 1) : hessians;
    return Optional.ofNullable(toMake)
        .flatMap(Allocation::judging)
        .map(cost -> rounds.withJudging(lm, ids, cost))
        .orElse(rounds);
  }
}
