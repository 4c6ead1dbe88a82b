package io.github.owlprune.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Stopwatch;
import io.github.owlprune.runtime.Answer;
import io.github.owlprune.runtime.Generator;
import io.github.owlprune.runtime.Sampling;
import io.github.owlprune.runtime.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code owl bench}: measures the speed and the memory of generation. */
@Command(
    name = "bench",
    description =
        "Measures how fast a model reads a prompt and generates, and the memory that it takes.",
    mixinStandardHelpOptions = true)
final class BenchCommand extends ModelCommand {
  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "512",
      converter = NumberConverters.Count.class,
      description = "The length of the prompt (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "128",
      converter = NumberConverters.Count.class,
      description = "The tokens to generate (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--against",
      paramLabel = "MODEL",
      description = "Measure a second model too, such as the dense one.")
  private @Nullable Path against;

  @Mixin private final ValuesOption values = new ValuesOption();
  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON.")
  private @Nullable Path json;

  /** What was measured of one model. */
  private record Speed(
      double load, double prefill, double decode, long residentBytes, String kernels) {
    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("prefill_tokens_per_second", prefill);
      fields.put("decode_tokens_per_second", decode);
      fields.put("load_seconds", load);
      fields.put("resident_bytes", residentBytes);
      fields.put("kernels", kernels);
      return fields;
    }
  }

  @Override
  public Integer call() throws IOException {
    OutputPaths outputs = outputs().reads("--against", against).file("--json", json);
    print(
        String.format(
            Locale.ROOT,
            "%14s %14s %10s %14s  %s%n",
            "prefill tok/s",
            "decode tok/s",
            "load s",
            "resident MiB",
            "kernels"));
    Speed speed = measure(model());
    Map<String, Object> fields = speed.fields();
    if (against != null) {
      Speed other = measure(against);
      fields.put("against", other.fields());
      print(
          String.format(
              Locale.ROOT,
              "%13.2fx %13.2fx%n",
              speed.prefill() / other.prefill(),
              speed.decode() / other.decode()));
    }
    outputs.write(
        json, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields));
    outputs.finish("the result is printed above");
    return 0;
  }

  private Speed measure(Path model) throws IOException {
    Stopwatch watch = Stopwatch.createStarted();
    try (Generator lm = values.load(model, threads.threads())) {
      double load = watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
      if ((long) promptTokens + tokens > lm.context()) {
        throw new ParameterException(
            commandLine(),
            promptTokens
                + " and "
                + tokens
                + " tokens exceed the model's context of "
                + lm.context()
                + "; give fewer --prompt-tokens or --tokens");
      }
      answer(lm); // compiles what is measured next
      Answer answer = answer(lm);
      Speed speed =
          new Speed(
              load,
              answer.prefillSpeed(),
              answer.decodeSpeed(),
              ResidentMemory.bytes(),
              lm.kernels());
      print(
          String.format(
              Locale.ROOT,
              "%14.1f %14.1f %10.2f %14.0f  %s, %s%n",
              speed.prefill(),
              speed.decode(),
              speed.load(),
              speed.residentBytes() / (double) (1 << 20),
              speed.kernels(),
              model));
      return speed;
    }
  }

  /** Generates after a prompt of random tokens; what they say does not matter to the speed. */
  private Answer answer(Generator lm) {
    Random random = new Random(0);
    int[] prompt = random.ints(promptTokens, 0, lm.vocabulary()).toArray();
    try (Session session = lm.open()) {
      return session.generate(
          prompt, Sampling.greedy().maxTokens(tokens).ignoreEndTokens(), piece -> {});
    }
  }
}
