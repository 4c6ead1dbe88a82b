package io.github.owlprune.examples;

import static io.github.owlprune.compress.Magnitude.magnitude;
import static io.github.owlprune.compress.Refit.refit;
import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;
import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.Owl;
import io.github.owlprune.allocation.Allocator;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.Documents;
import io.github.owlprune.calibration.TextCalibration;
import io.github.owlprune.compress.Compressor;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Perplexity;
import io.github.owlprune.plan.Report;
import io.github.owlprune.report.Chart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Prunes a language model at several sparsities with magnitude, Wanda, and OWL's allocation
 * combined with Wanda and SparseGPT, and prints the resulting perplexities. Without arguments it
 * uses the tiny model included in the demo.
 */
@Command(
    name = "demo",
    description = "Prunes a model at several sparsities and prints a table of perplexities.",
    mixinStandardHelpOptions = true)
public final class Demo implements Callable<Integer> {
  private static final List<Double> SPARSITIES = List.of(0.5, 0.6, 0.7, 0.8);

  @Option(names = "--model", paramLabel = "DIR", description = "Hugging Face model folder.")
  private @Nullable Path model;

  @Option(names = "--calibration", paramLabel = "FILE", description = "A .jsonl or .txt file.")
  private @Nullable Path calibration;

  @Option(
      names = "--evaluation",
      paramLabel = "FILE",
      description = "A .jsonl or .txt file (default: the calibration file).")
  private @Nullable Path evaluation;

  @Option(names = "--sequences", description = "Number of sequences (default: 64).")
  private int sequences = 64;

  @Option(names = "--length", description = "Tokens per sequence and window (default: 256).")
  private int length = 256;

  @Option(names = "--windows", description = "Maximum evaluation windows (default: 40).")
  private int windows = 40;

  @Option(names = "--chart", description = "The chart to write (default: ${DEFAULT-VALUE}).")
  private Path chart = Path.of("target", "owl-demo.png");

  /** Creates the program, which picocli then populates. */
  public Demo() {}

  /**
   * Runs the demo.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    System.exit(new CommandLine(new Demo()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if ((model == null) != (calibration == null)) {
      throw new IllegalArgumentException(
          "only one of --model and --calibration was given; give both or neither");
    }
    try (DemoModel embedded = model == null ? DemoModel.unpack() : null) {
      Path folder = embedded == null ? Objects.requireNonNull(model) : embedded.folder();
      Path text = embedded == null ? Objects.requireNonNull(calibration) : embedded.calibration();
      Path held = evaluation != null ? evaluation : embedded == null ? text : embedded.evaluation();
      run(folder, text, held);
    }
    return 0;
  }

  private void run(Path folder, Path text, Path heldOut) throws IOException {
    Calibration calib;
    List<int[]> held;
    try (CausalLm lm = CausalLm.open(folder)) {
      TextCalibration drawn = Calibration.text(lm.tokenizer(), text);
      calib = drawn.sequences(sequences).length(length).draw();
      int[] ids = lm.tokenizer().encode(Documents.in(heldOut).joined());
      List<int[]> all = Perplexity.windows(ids, length);
      held = all.subList(0, Math.min(windows, all.size()));
      System.out.printf(
          Locale.ROOT,
          "%s: %d blocks, %,d parameters; perplexity over %d windows of %d tokens%n",
          lm.modelType(),
          lm.blocks().size(),
          lm.parameters(),
          held.size(),
          length);
      System.out.printf(Locale.ROOT, "dense: %.3f%n%n", lm.perplexity(held).value());
    }
    System.out.printf(
        "%-10s %14s %14s %14s %14s %14s%n",
        "sparsity", "magnitude", "wanda", "owl + wanda", "owl+sparsegpt", "refitted");
    Report last = null;
    for (double s : SPARSITIES) {
      Measured magnitude = prune(folder, calib, held, s, Allocator.uniform(), magnitude());
      Measured wanda = prune(folder, calib, held, s, Allocator.uniform(), wanda());
      Measured owl = prune(folder, calib, held, s, Allocator.owl(), wanda());
      Measured second = prune(folder, calib, held, s, Allocator.owl(), sparseGpt());
      Measured fitted = prune(folder, calib, held, s, Allocator.owl(), refit(sparseGpt()));
      System.out.printf(
          Locale.ROOT,
          "%-10.2f %14.3f %14.3f %14.3f %14.3f %14.3f%n",
          s,
          magnitude.perplexity(),
          wanda.perplexity(),
          owl.perplexity(),
          second.perplexity(),
          fitted.perplexity());
      last = s == 0.7 ? owl.report() : last;
    }
    System.out.printf("%n%s%n", last);
    Chart.measuredAndPlanned(Objects.requireNonNull(last).plan()).write(chart);
    System.out.println("chart of outlier ratios and sparsities: " + chart.toAbsolutePath());
  }

  private record Measured(Report report, double perplexity) {}

  private static Measured prune(
      Path folder,
      Calibration calib,
      List<int[]> held,
      double sparsity,
      Allocator allocator,
      Compressor compressor)
      throws IOException {
    try (CausalLm lm = CausalLm.open(folder)) {
      Report report =
          Owl.allocate(lm, calib).withSparsity(sparsity).withAllocator(allocator).prune(compressor);
      return new Measured(report, lm.perplexity(held).value());
    }
  }
}
