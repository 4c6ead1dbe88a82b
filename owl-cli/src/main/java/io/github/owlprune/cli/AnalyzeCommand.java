package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Analysis;
import io.github.owlprune.Examination;
import io.github.owlprune.Owl;
import io.github.owlprune.Plan;
import io.github.owlprune.TokenIds;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.report.Chart;
import io.github.owlprune.report.HtmlReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** {@code owl analyze}: outlier ratios, before and after prunings that are not kept. */
@Command(
    name = "analyze",
    description =
        "Measures a model's outliers by block, and what prunings would make of them. The model"
            + " stays as it is.",
    mixinStandardHelpOptions = true)
final class AnalyzeCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A Hugging Face folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Option(
      names = "--thresholds",
      paramLabel = "M",
      split = ",",
      defaultValue = "3,5,7,10",
      description = "Outliers are counted above each M times the mean (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private double[] thresholds;

  @Option(
      names = "--methods",
      paramLabel = "wanda|sparsegpt|admm|magnitude",
      split = ",",
      description = "Prunings to try, joined by commas (default: none, the dense model alone).")
  private List<Method> methods = List.of();

  @Option(names = "--baseline", description = "Try each method with the uniform allocation too.")
  private boolean baseline;

  @Mixin private final AllocationOptions allocation = new AllocationOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write a report with charts, one file that needs nothing else.")
  private @Nullable Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the analysis as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--charts",
      paramLabel = "DIR",
      description = "Also write the charts, as PNG and SVG.")
  private @Nullable Path charts;

  @Override
  public Integer call() throws IOException {
    if (!calibration.given()) {
      throw new ParameterException(spec.commandLine(), "--calibration is needed");
    }
    if (baseline && (methods.isEmpty() || allocation.uniform())) {
      throw new ParameterException(
          spec.commandLine(),
          "--baseline holds an allocation against the uniform one; name --methods, and an"
              + " --allocation that is not uniform");
    }
    PrintWriter print = spec.commandLine().getOut();
    try (CausalLm lm = CausalLm.open(model)) {
      TokenIds ids = Objects.requireNonNull(calibration.calibration(lm)).draw();
      Analysis analysis = analyze(lm, ids, print);
      print.print(analysis);
      write(analysis);
      print.flush();
    }
    return 0;
  }

  private Analysis analyze(CausalLm lm, TokenIds ids, PrintWriter print) {
    try (ProgressLine planning = new ProgressLine(print);
        ProgressLine measuring = new ProgressLine(print)) {
      Allocation planned = allocation.apply(lm, ids, planning);
      Examination examination =
          Owl.analyze(lm, ids)
              .withThresholds(thresholds)
              .withLinears(allocation.linears())
              .withThreads(allocation.threads())
              .withProgress(measuring);
      Estimate estimate = estimate(lm, ids, planned);
      MemoryUse use = memory.of(estimate);
      print.println(estimate + ", " + use);
      Allocation stage =
          planned
              .withHiddenStateMemory(use.hiddenStateMemory())
              .withHiddenStateType(memory.hiddenStates());
      examination =
          examination
              .withHiddenStateMemory(use.hiddenStateMemory())
              .withHiddenStateType(memory.hiddenStates());
      if (!methods.isEmpty()) {
        for (Map.Entry<String, Plan> plan : plans(stage).entrySet()) {
          for (Method method : methods) {
            String name = method.pruner().name() + ", " + plan.getKey();
            examination = examination.after(name, plan.getValue(), method.pruner());
          }
        }
      }
      planning.finish();
      Analysis analysis = examination.measure();
      measuring.finish();
      return analysis;
    }
  }

  private Map<String, Plan> plans(Allocation stage) {
    Map<String, Plan> plans = new LinkedHashMap<>();
    if (baseline) {
      Plan uniform = stage.withAllocator(Allocator.uniform()).plan();
      plans.put(uniform.allocator(), uniform);
    }
    Plan plan = stage.plan();
    plans.put(plan.allocator(), plan);
    return plans;
  }

  private Estimate estimate(CausalLm lm, TokenIds ids, Allocation stage) {
    boolean planning = !methods.isEmpty() && allocation.measures();
    int plans = baseline ? 2 : 1;
    Estimate estimate =
        Estimate.of(lm, ids, planning ? 2 : 1, plans * methods.size(), allocation.threads());
    long hessians = methods.stream().filter(Method::gathersHessians).count();
    long admm = methods.stream().filter(m -> m == Method.ADMM).count();
    Estimate passes =
        estimate.withHessians(lm, ids, plans * (int) hessians).withRounds(lm, plans * (int) admm);
    return methods.isEmpty()
        ? passes
        : stage.judging().map(cost -> passes.withJudging(lm, ids, cost)).orElse(passes);
  }

  private void write(Analysis analysis) throws IOException {
    if (json != null) {
      JsonFile.write(json, analysis.toJson());
    }
    if (html != null) {
      String title = String.valueOf(model.toAbsolutePath().normalize().getFileName());
      HtmlReport.of(title, analysis).write(html);
    }
    if (charts != null) {
      write("outlier-ratios", Chart.outlierRatios(analysis.dense()), charts);
      if (!analysis.pruned().isEmpty()) {
        write("sparsities", Chart.sparsities(analysis), charts);
        write("changes", Chart.changes(analysis, analysis.mainThreshold()), charts);
      }
    }
  }

  private static void write(String name, Chart chart, Path folder) throws IOException {
    chart.write(folder.resolve(name + ".png"));
    chart.write(folder.resolve(name + ".svg"));
  }
}
