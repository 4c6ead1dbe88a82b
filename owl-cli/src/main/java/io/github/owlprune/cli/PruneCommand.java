package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Calibration;
import io.github.owlprune.Owl;
import io.github.owlprune.Plan;
import io.github.owlprune.Pruning;
import io.github.owlprune.Report;
import io.github.owlprune.TokenIds;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.Refit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owl prune}: measures, allocates, prunes, saves. */
@Command(
    name = "prune",
    description = "Prunes a model and saves it as a folder of the same form.",
    mixinStandardHelpOptions = true)
final class PruneCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A Hugging Face folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to make; it must not exist.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(
      names = "--method",
      paramLabel = "wanda|sparsegpt|admm|magnitude",
      defaultValue = "wanda",
      description = "Which weights go (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private Method method;

  @Option(
      names = "--refit",
      description = "Fit the weights that stay, so that each linear's output changes least.")
  private boolean refit;

  @Option(
      names = "--dense-activations",
      description =
          "See the dense model's activations: faster, a little worse. A run that is cut off begins"
              + " anew then.")
  private boolean denseActivations;

  @Option(
      names = "--plan",
      paramLabel = "FILE.json",
      description = "Follow a plan that owl plan or owl tune wrote; no allocation options then.")
  private @Nullable Path plan;

  @Mixin private final AllocationOptions allocation = new AllocationOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--report",
      paramLabel = "FILE.json",
      description = "Also write the report here; it is in DIR in any case.")
  private @Nullable Path report;

  @Override
  public Integer call() throws IOException {
    if (plan != null) {
      AllocationOptions.requireNone(spec.commandLine());
    }
    boolean measures = plan == null && allocation.measures();
    if (!calibration.given() && (looksAtInputs() || measures)) {
      throw new ParameterException(
          spec.commandLine(),
          "--calibration is needed, but for --method magnitude --allocation uniform without"
              + " --refit");
    }
    CausalLm.requireSavable(out);
    PrintWriter print = spec.commandLine().getOut();
    Path working = out.resolveSibling(out.getFileName() + ".partial");
    try (CausalLm lm = CausalLm.open(model, working);
        ProgressLine progress = new ProgressLine(print)) {
      Calibration drawn = calibration.calibration(lm);
      TokenIds ids = drawn == null ? null : drawn.draw();
      boolean goesOn = Files.exists(working);
      Allocation toMake = plan == null ? allocation.apply(lm, ids, progress) : null;
      MemoryUse use = MemoryUse.NONE;
      if (ids != null) {
        Estimate estimate = estimate(lm, ids, toMake);
        use = memory.of(estimate);
        print.println(estimate + ", " + use);
      }
      if (goesOn) {
        print.println("going on with what is in " + working);
      } else {
        requireDisk(lm.bytes() + use.diskBytes());
      }
      Report done = prune(stage(lm, ids, toMake, use, progress), method.pruner());
      progress.finish();
      print.print(done);
      lm.save(out);
      if (report != null) {
        JsonFile.write(report, done.toJson());
      }
      print.println("saved " + out);
      print.flush();
    }
    return 0;
  }

  /** About to prune: by an allocation to be made, or by a plan. */
  private interface Stage {
    <S extends InputStatistics> Report prune(Pruner<S> pruner);
  }

  private Stage stage(
      CausalLm lm,
      @Nullable TokenIds ids,
      @Nullable Allocation toMake,
      MemoryUse use,
      ProgressLine progress)
      throws IOException {
    if (toMake != null) {
      Allocation stage =
          toMake
              .withHiddenStateMemory(use.hiddenStateMemory())
              .withHiddenStateType(memory.hiddenStates());
      return denseActivations ? stage.withDenseActivations()::prune : stage::prune;
    }
    Plan ready = Plan.fromJson(Files.readString(Objects.requireNonNull(plan)));
    Pruning stage =
        (ids == null ? Owl.apply(lm, ready) : Owl.apply(lm, ids, ready))
            .withThreads(allocation.threads())
            .withHiddenStateMemory(use.hiddenStateMemory())
            .withHiddenStateType(memory.hiddenStates())
            .withProgress(progress);
    return denseActivations ? stage.withDenseActivations()::prune : stage::prune;
  }

  /** Said before hours of work: the model and the hidden states go to the disk of --out. */
  private void requireDisk(long bytes) throws IOException {
    Path folder = Objects.requireNonNull(out.toAbsolutePath().getParent());
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new IOException(
          folder
              + " has room for "
              + MemoryUse.mib(free)
              + ", but the run needs "
              + MemoryUse.mib(bytes)
              + " there; make room, or give --out on another disk");
    }
  }

  private boolean looksAtInputs() {
    return method != Method.MAGNITUDE || refit;
  }

  private Estimate estimate(CausalLm lm, TokenIds ids, @Nullable Allocation toMake) {
    boolean measures = toMake != null && allocation.measures();
    Estimate passes = Estimate.of(lm, ids, measures, looksAtInputs(), allocation.threads());
    Estimate hessians =
        method.gathersHessians() || refit ? passes.withHessians(lm, ids, 1) : passes;
    Estimate rounds = method == Method.ADMM ? hessians.withRounds(lm, 1) : hessians;
    return Optional.ofNullable(toMake)
        .flatMap(Allocation::judging)
        .map(cost -> rounds.withJudging(lm, ids, cost))
        .orElse(rounds);
  }

  private <S extends InputStatistics> Report prune(Stage stage, Pruner<S> pruner) {
    return refit ? stage.prune(new Refit<>(pruner)) : stage.prune(pruner);
  }
}
