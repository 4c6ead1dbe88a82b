package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Owl;
import io.github.owlprune.Pruning;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.pipeline.OtherRunException;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @Option(
      names = "--restart",
      description =
          "Begin anew: first delete DIR.partial, which an interrupted run has left. Without this"
              + " option, the same command continues that run.")
  private boolean restart;

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
    OutputPaths outputs =
        outputs()
            .reads("--calibration", calibration.file())
            .reads("--plan", plan)
            .folder("--out", folder)
            .file("--report", report);
    CausalLm.requireSavable(folder);
    Plan ready = plan == null ? null : Plan.read(plan);
    UnfinishedRun unfinished = UnfinishedRun.of(folder);
    if (restart) {
      unfinished.discard();
    }
    if (denseActivations && needsInputs && unfinished.exists()) {
      throw new IOException("--dense-activations cannot continue an interrupted run");
    }
    Runnable uninterrupted = unfinished.noteOnInterrupt(err());
    try {
      prune(ready, compressor, outputs, unfinished);
    } catch (OtherRunException e) {
      throw unfinished.other(e);
    } finally {
      uninterrupted.run();
    }
    return 0;
  }

  @Override
  String left(Throwable failure) {
    boolean said = failure.getCause() instanceof OtherRunException;
    return said ? "" : UnfinishedRun.of(folder).left();
  }

  private void prune(
      @Nullable Plan ready, Compressor compressor, OutputPaths outputs, UnfinishedRun unfinished)
      throws IOException {
    boolean needsInputs = !compressor.statistics().isEmpty();
    PrintWriter err = err();
    boolean resumes = unfinished.exists();
    try (CausalLm lm = open(openOptions().withWorkingFolder(unfinished.folder()));
        ProgressLine progress = new ProgressLine(err)) {
      if (ready == null) {
        requested(() -> allocation.stage(lm, null, progress)); // before the calibration is read
      } else {
        Owl.follow(lm, ready);
      }
      Calibration drawn = calibration.calibration(lm);
      TokenIds ids = drawn == null ? null : drawn.draw();
      Allocation toMake = ready == null ? allocation.stage(lm, ids, progress) : null;
      MemoryUse use = MemoryUse.NONE;
      if (ids != null) {
        Estimate estimate = estimate(lm, ids, toMake, needsInputs);
        use = memory.of(estimate);
        err.println(estimate + ", " + use);
      }
      if (resumes) {
        err.println("resuming from " + unfinished.folder());
      } else {
        requireDisk(lm.bytesToSave() + use.diskBytes());
      }
      Report done = pruning(lm, ids, toMake, ready, use, progress).apply(compressor);
      progress.finish();
      print(done);
      List<String> leftOut = lm.save(folder);
      print("saved " + folder + System.lineSeparator());
      if (!leftOut.isEmpty()) {
        err.println(
            "without these files of the original, which hold other copies of its dense weights or"
                + " states of its training: "
                + String.join(", ", leftOut));
      }
      outputs.write(report, done.toJson());
      outputs.finish(folder + " is complete and contains a copy, owl-report.json");
    }
  }

  /** Returns a stage's method that prunes, based on either an allocation or a plan. */
  private Function<Compressor, Report> pruning(
      CausalLm lm,
      @Nullable TokenIds ids,
      @Nullable Allocation toMake,
      @Nullable Plan ready,
      MemoryUse use,
      ProgressLine progress) {
    if (toMake != null) {
      Allocation stage = use.limit(toMake, memory.hiddenStates());
      return denseActivations ? stage.withDenseActivations()::prune : stage::prune;
    }
    Plan given = Objects.requireNonNull(ready);
    Pruning planned = ids == null ? Owl.follow(lm, given) : Owl.follow(lm, ids, given);
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
        .map(this::divided)
        .orElseGet(() -> divided(rounds));
  }

  /** Statistics of the dense model are gathered while the sequences advance, which they do once. */
  private Estimate divided(Estimate estimate) {
    return denseActivations ? estimate.undivided() : estimate;
  }
}
