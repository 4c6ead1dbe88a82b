package io.github.owlprune.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.Documents;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Perplexity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code owl eval}: measures perplexity. */
@Command(
    name = "eval",
    description = "Measures a model's perplexity over non-overlapping windows.",
    mixinStandardHelpOptions = true)
final class EvalCommand extends ModelCommand {
  /** The input: text or token ids. */
  static final class Source {
    @Option(
        names = "--text",
        paramLabel = "FILE",
        required = true,
        description = "A .txt file, or a .jsonl file whose rows are joined by empty lines.")
    @Nullable Path text;

    @Option(
        names = "--ids",
        paramLabel = "FILE",
        required = true,
        description = "Windows of token ids, {\"ids\": [[…], …]}.")
    @Nullable Path ids;
  }

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // required
  private Source source;

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      defaultValue = "2048",
      description = "Tokens per window cut from text (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--windows",
      paramLabel = "N",
      description = "Use only the first N windows (default: all).")
  private @Nullable Integer windows;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    PrintWriter print = out();
    try (CausalLm lm = CausalLm.open(model());
        ProgressLine progress = new ProgressLine(print)) {
      List<int[]> all = windows(lm, print);
      if (windows != null && windows < 1) {
        throw new IllegalArgumentException(
            "--windows " + windows + " was given; at least 1 is needed");
      }
      List<int[]> chosen = windows == null ? all : all.subList(0, Math.min(windows, all.size()));
      int n = threads.threads();
      Perplexity result = lm.perplexity(chosen, n, progress);
      progress.finish();
      print.printf(
          Locale.ROOT,
          "perplexity %.4f over %d windows, %d tokens%n",
          result.value(),
          result.windows(),
          result.tokens());
      if (json != null) {
        JsonFile.write(json, json(result));
      }
      print.flush();
    }
    return 0;
  }

  private static String json(Perplexity result) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("perplexity", result.value());
    fields.put("tokens", result.tokens());
    fields.put("windows", result.windows());
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields);
  }

  private List<int[]> windows(CausalLm lm, PrintWriter print) throws IOException {
    if (source.ids != null) {
      return Calibration.ids(source.ids).sequences();
    }
    Path text = Objects.requireNonNull(source.text);
    int[] ids = lm.tokenizer().encode(Documents.joined(text));
    print.println(text + ": " + ids.length + " tokens");
    return Perplexity.windows(ids, length);
  }
}
