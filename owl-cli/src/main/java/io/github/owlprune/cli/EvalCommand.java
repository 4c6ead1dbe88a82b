package io.github.owlprune.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.models.Perplexity;
import java.io.IOException;
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
        converter = Location.Converter.class,
        required = true,
        description =
            "A file, folder or quoted glob of text as .txt, .jsonl, .json or .parquet, also"
                + " compressed (.gz, .zst); rows are joined by empty lines.")
    @Nullable Location text;

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

  @Mixin private final FieldOption field = new FieldOption();

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      converter = NumberConverters.Count.class,
      description =
          "Tokens per window cut from text (default: 2048, or the model's context if that is"
              + " shorter).")
  private @Nullable Integer length;

  @Option(
      names = "--bos",
      paramLabel = "auto|always|never",
      defaultValue = "auto",
      description =
          "Where windows cut from text contain the tokenizer's beginning-of-text token: in every"
              + " window, nowhere, or (auto) in every window for Gemma, which needs it, and at the"
              + " start of the text for others (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // has a default
  private Bos bos;

  @Option(
      names = "--windows",
      paramLabel = "N",
      converter = NumberConverters.Count.class,
      description = "Use only the first N windows (default: all).")
  private @Nullable Integer windows;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    OutputPaths outputs =
        outputs()
            .reads("--text", source.text == null ? null : source.text.path())
            .reads("--ids", source.ids)
            .file("--json", json);
    try (CausalLm lm = open(openOptions());
        ProgressLine progress = new ProgressLine(err())) {
      lm.checkLoss(); // before a long text is tokenized
      List<int[]> all = windows(lm);
      List<int[]> chosen = windows == null ? all : all.subList(0, Math.min(windows, all.size()));
      int n = threads.threads();
      Perplexity result = lm.perplexity(chosen, n, progress);
      progress.finish();
      print(
          String.format(
              Locale.ROOT,
              "perplexity %.4f over %d windows, %d tokens%n",
              result.value(),
              result.windows(),
              result.tokens()));
      outputs.write(json, json(result));
      outputs.finish("the result is printed above");
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

  private List<int[]> windows(CausalLm lm) throws IOException {
    if (source.ids != null) {
      return Calibration.ids(source.ids).sequences();
    }
    int window = Length.of(length, lm, commandLine());
    Location text = Objects.requireNonNull(source.text);
    String joined = field.documents(text, lm).joined();
    int[] ids = lm.tokenizer().encode(joined);
    print(text + ": " + ids.length + " tokens" + System.lineSeparator());
    return bos.windows(lm, ids, window);
  }
}
