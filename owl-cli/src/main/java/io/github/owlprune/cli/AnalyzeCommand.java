package io.github.owlprune.cli;

import io.github.owlprune.Allocation;
import io.github.owlprune.Analysis;
import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.analysis.AnalysisResult;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.pipeline.Progress;
import io.github.owlprune.plan.Plan;
import io.github.owlprune.report.Chart;
import io.github.owlprune.report.HtmlReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code owl analyze}: measures outlier ratios before and after trial prunings. */
@Command(
    name = "analyze",
    description =
        "Measures a model's outliers by block, and optionally how pruning would change them. The"
            + " model itself is not modified.",
    mixinStandardHelpOptions = true)
final class AnalyzeCommand extends ModelCommand {
  @Option(
      names = "--thresholds",
      paramLabel = "M",
      split = ",",
      defaultValue = "3,5,7,10",
      converter = NumberConverters.Threshold.class,
      description = "Thresholds: outliers exceed M times the mean (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private double[] thresholds;

  @Option(
      names = "--methods",
      paramLabel = "wanda|sparsegpt|admm|magnitude",
      split = ",",
      description = "Pruning methods to try, comma-separated (default: none, dense model only).")
  private List<Method> methods = List.of();

  @Option(names = "--baseline", description = "Also try each method with the uniform allocation.")
  private boolean baseline;

  @Mixin private final AllocationOptions allocation = new AllocationOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();

  @Mixin private final MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write a self-contained HTML report with charts.")
  private @Nullable Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the analysis as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--charts",
      paramLabel = "DIR",
      description = "Also write the charts as PNG and SVG.")
  private @Nullable Path charts;

  @Override
  public Integer call() throws IOException {
    if (!calibration.given()) {
      throw new ParameterException(commandLine(), "--calibration is required");
    }
    if (baseline && (methods.isEmpty() || allocation.uniform())) {
      throw new ParameterException(
          commandLine(),
          "--baseline compares an allocation with the uniform one; give --methods and an"
              + " --allocation that is not uniform");
    }
    OutputPaths outputs =
        outputs()
            .reads("--calibration", calibration.file())
            .file("--html", html)
            .file("--json", json)
            .folder("--charts", charts);
    try (CausalLm lm = open(openOptions())) {
      requested(() -> allocation.stage(lm, null, Progress.NONE)); // before the calibration is read
      TokenIds ids = Objects.requireNonNull(calibration.calibration(lm)).draw();
      AnalysisResult analysis = analyze(lm, ids, err());
      print(analysis);
      write(analysis, outputs);
    }
    return 0;
  }

  private AnalysisResult analyze(CausalLm lm, TokenIds ids, PrintWriter err) {
    try (ProgressLine planning = new ProgressLine(err);
        ProgressLine measuring = new ProgressLine(err)) {
      Allocation planned = allocation.stage(lm, ids, planning);
      Estimate estimate = estimate(lm, ids, planned);
      MemoryUse use = memory.of(estimate);
      err.println(estimate + ", " + use);
      Analysis stage =
          use.limit(Owl.analyze(lm, ids), memory.hiddenStates())
              .withOutlierThresholds(thresholds)
              .withLinears(allocation.linears())
              .withThreads(allocation.threads())
              .withProgress(measuring);
      if (!methods.isEmpty()) {
        for (Plan plan : plans(use.limit(planned, memory.hiddenStates()))) {
          for (Method method : methods) {
            Compressor compressor = method.compressor(false);
            String name = compressor.name() + ", " + plan.allocator();
            stage = stage.withTrial(name, plan, compressor);
          }
        }
      }
      planning.finish();
      AnalysisResult result = stage.measure();
      measuring.finish();
      return result;
    }
  }

  private List<Plan> plans(Allocation stage) {
    Plan plan = stage.plan();
    return baseline
        ? List.of(stage.withAllocator(Allocator.uniform()).plan(), plan)
        : List.of(plan);
  }

  private Estimate estimate(CausalLm lm, TokenIds ids, Allocation stage) {
    boolean planning = !methods.isEmpty() && allocation.measures();
    int plans = baseline ? 2 : 1;
    Estimate estimate =
        Estimate.of(lm, ids, planning ? 2 : 1, plans * methods.size(), allocation.threads());
    long hessians = methods.stream().filter(Method::gathersHessians).count();
    long admm = methods.stream().filter(m -> m == Method.ADMM).count();
    Estimate passes =
        estimate
            .withHessians(lm, ids, plans * (int) hessians)
            .withRounds(lm, plans * (int) admm)
            .undivided();
    return methods.isEmpty()
        ? passes
        : stage.judging().map(cost -> passes.withJudging(lm, ids, cost)).orElse(passes);
  }

  private void write(AnalysisResult analysis, OutputPaths outputs) throws IOException {
    outputs.write(json, analysis.toJson());
    String title = String.valueOf(model().toAbsolutePath().normalize().getFileName());
    outputs.write(html, file -> HtmlReport.of(title, analysis).write(file));
    outputs.write(charts, folder -> writeCharts(analysis, folder));
    outputs.finish("the analysis is printed above");
  }

  private static void writeCharts(AnalysisResult analysis, Path folder) throws IOException {
    write("outlier-ratios", Chart.outlierRatios(analysis.dense()), folder);
    if (!analysis.pruned().isEmpty()) {
      write("sparsities", Chart.sparsities(analysis), folder);
      write("changes", Chart.changes(analysis, analysis.mainThreshold()), folder);
    }
  }

  private static void write(String name, Chart chart, Path folder) throws IOException {
    chart.write(folder.resolve(name + ".png"));
    chart.write(folder.resolve(name + ".svg"));
  }
}
