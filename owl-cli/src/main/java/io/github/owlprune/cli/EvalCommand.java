package io.github.owlprune.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Perplexity;
import io.github.owlprune.text.Documents;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owl eval}: perplexity. */
@Command(
    name = "eval",
    description = "Measures a model's perplexity over windows that do not overlap.",
    mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
  /** Text or ids. */
  static final class Source {
    @Option(
        names = "--text",
        paramLabel = "FILE",
        required = true,
        description = "A .txt, or a .jsonl whose rows are joined by empty lines.")
    @Nullable Path text;

    @Option(
        names = "--ids",
        paramLabel = "FILE",
        required = true,
        description = "Ready windows of token ids, {\"ids\": [[…], …]}.")
    @Nullable Path ids;
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A Hugging Face folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // required
  private Source source;

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      defaultValue = "2048",
      description = "Tokens of a window cut from text (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--windows",
      paramLabel = "N",
      description = "Take the first N windows only (default: all).")
  private @Nullable Integer windows;

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private @Nullable Integer threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    try (CausalLm lm = CausalLm.open(model);
        ProgressLine progress = new ProgressLine(print)) {
      List<int[]> all = windows(lm, print);
      if (windows != null && windows < 1) {
        throw new IllegalArgumentException(
            "--windows " + windows + " was given; 1 or more are needed");
      }
      List<int[]> chosen = windows == null ? all : all.subList(0, Math.min(windows, all.size()));
      int n = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
      Perplexity result = lm.perplexity(chosen, n, progress);
      progress.finish();
      print.printf(
          Locale.ROOT,
          "perplexity %.4f over %d windows, %d tokens%n",
          result.value(),
          result.windows(),
          result.tokens());
      if (json != null) {
        JsonFile.write(
            json, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
      }
      print.flush();
    }
    return 0;
  }

  private List<int[]> windows(CausalLm lm, PrintWriter print) throws IOException {
    if (source.ids != null) {
      return Calibration.ids(source.ids).sequences();
    }
    Path text = java.util.Objects.requireNonNull(source.text);
    int[] ids = lm.tokenizer().encode(Documents.joined(text));
    print.println(text + ": " + ids.length + " tokens");
    return Perplexity.windows(ids, length);
  }
}
