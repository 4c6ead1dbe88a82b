package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.plan.LlmCompressorModifier;
import io.github.owlprune.plan.Plan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code owl plan}: measures and allocates without pruning. */
@Command(
    name = "plan",
    description = "Measures a model and shows the sparsity that each block would get.",
    mixinStandardHelpOptions = true)
final class PlanCommand extends ModelCommand {
  @Mixin private final AllocationOptions allocation = new AllocationOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the plan as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--recipe",
      paramLabel = "FILE.yaml",
      description = "Also write the plan as an llm-compressor recipe.")
  private @Nullable Path recipe;

  @Option(
      names = "--recipe-method",
      paramLabel = "wanda|sparsegpt",
      defaultValue = "wanda",
      description = "Pruning method in the recipe (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private LlmCompressorModifier recipeMethod;

  @Override
  public Integer call() throws IOException {
    if (!calibration.given() && allocation.measures()) {
      throw new ParameterException(
          commandLine(),
          "--calibration is required unless --allocation uses no activations ("
              + AllocatorConverter.withoutInputs()
              + ")");
    }
    OutputPaths outputs =
        outputs()
            .reads("--calibration", calibration.file())
            .file("--json", json)
            .file("--recipe", recipe);
    PrintWriter err = err();
    try (CausalLm lm = open(openOptions());
        ProgressLine progress = new ProgressLine(err)) {
      requested(() -> allocation.stage(lm, null, progress)); // before the calibration is read
      Calibration drawn = calibration.calibration(lm);
      TokenIds ids = drawn == null ? null : drawn.draw();
      Allocation stage = allocation.stage(lm, ids, progress);
      if (ids != null && allocation.measures()) {
        Estimate estimate = Estimate.of(lm, ids, true, false, allocation.threads());
        Estimate all =
            stage.judging().map(cost -> estimate.withJudging(lm, ids, cost)).orElse(estimate);
        MemoryUse use = memory.of(all);
        err.println(all + ", " + use);
        stage = use.limit(stage, memory.hiddenStates());
      }
      Plan plan = stage.plan();
      progress.finish();
      print(plan);
      outputs.write(json, plan.toJson());
      if (recipe != null) {
        outputs.write(recipe, plan.toLlmCompressorRecipe(recipeMethod));
      }
      outputs.finish("the plan is printed above");
    }
    return 0;
  }
}
