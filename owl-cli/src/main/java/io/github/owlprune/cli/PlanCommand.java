package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Calibration;
import io.github.owlprune.LlmCompressorModifier;
import io.github.owlprune.Plan;
import io.github.owlprune.TokenIds;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owl plan}: measures and allocates only. */
@Command(
    name = "plan",
    description = "Measures a model and says how much each block would lose.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A Hugging Face folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Mixin private final AllocationOptions allocation = new AllocationOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the plan as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--recipe",
      paramLabel = "FILE.yaml",
      description = "Also write the plan as a recipe of llm-compressor.")
  private @Nullable Path recipe;

  @Option(
      names = "--recipe-method",
      paramLabel = "wanda|sparsegpt",
      defaultValue = "wanda",
      description = "What prunes by the recipe (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private LlmCompressorModifier recipeMethod;

  @Override
  public Integer call() throws IOException {
    if (!calibration.given() && allocation.measures()) {
      throw new ParameterException(
          spec.commandLine(), "--calibration is needed, but for --allocation uniform");
    }
    PrintWriter print = spec.commandLine().getOut();
    try (CausalLm lm = CausalLm.open(model);
        ProgressLine progress = new ProgressLine(print)) {
      Calibration drawn = calibration.calibration(lm);
      TokenIds ids = drawn == null ? null : drawn.draw();
      Allocation stage = allocation.apply(lm, ids, progress);
      if (ids != null && allocation.measures()) {
        Estimate estimate = Estimate.of(lm, ids, true, false, allocation.threads());
        Estimate all =
            stage.judging().map(cost -> estimate.withJudging(lm, ids, cost)).orElse(estimate);
        MemoryUse use = memory.of(all);
        print.println(all + ", " + use);
        stage =
            stage
                .withHiddenStateMemory(use.hiddenStateMemory())
                .withHiddenStateType(memory.hiddenStates());
      }
      Plan plan = stage.plan();
      progress.finish();
      print.print(plan);
      if (json != null) {
        JsonFile.write(json, plan.toJson());
      }
      if (recipe != null) {
        JsonFile.write(recipe, plan.toLlmCompressorRecipe(recipeMethod));
      }
      print.flush();
    }
    return 0;
  }
}
