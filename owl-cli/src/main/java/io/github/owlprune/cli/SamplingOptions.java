package io.github.owlprune.cli;

import io.github.owlprune.runtime.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose tokens and end an answer. */
final class SamplingOptions {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Divide the logits by T and draw; 0 takes the best token (default: as"
              + " generation_config.json recommends, else 0).")
  private @Nullable Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K best tokens.")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the best tokens whose probabilities sum to P.")
  private @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Draw from the tokens at least P times as likely as the best.")
  private @Nullable Double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Make tokens that occurred already less likely; 1 changes nothing.")
  private @Nullable Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The seed of random draws (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      converter = NumberConverters.Count.class,
      description = "The most tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End an answer before this text; repeatable.")
  private List<String> stops = List.of();

  /**
   * Returns the settings: the options where given, the model's recommendation elsewhere.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message says what is
   */
  Sampling over(Sampling recommended) {
    Sampling sampling = base(recommended);
    sampling = topK == null ? sampling : sampling.topK(topK);
    sampling = topP == null ? sampling : sampling.topP(topP);
    sampling = minP == null ? sampling : sampling.minP(minP);
    sampling = repetitionPenalty == null ? sampling : sampling.repetitionPenalty(repetitionPenalty);
    return sampling.seed(seed).maxTokens(maxTokens).stopStrings(stops.toArray(new String[0]));
  }

  private Sampling base(Sampling recommended) {
    if (temperature == null) {
      return recommended;
    }
    return temperature == 0
        ? Sampling.greedy().repetitionPenalty(recommended.repetitionPenalty())
        : recommended.temperature(temperature);
  }
}
