package io.github.owlprune.cli;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.Documents;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that select the calibration data. */
final class CalibrationOptions {
  private static final int SEQUENCES = 128;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      converter = Location.Converter.class,
      description =
          "Calibration data: a file, folder or quoted glob of text as .jsonl, .json, .parquet or"
              + " .txt, also compressed (.gz, .zst), or .json with token ids, {\"ids\": [[…], …]}.")
  private @Nullable Location location;

  @Mixin private final FieldOption field = new FieldOption();

  @Option(
      names = "--sequences",
      paramLabel = "N",
      converter = NumberConverters.Count.class,
      description =
          "Number of sequences to draw from text (default: "
              + SEQUENCES
              + "), or to take from the beginning of token ids (default: all).")
  private @Nullable Integer sequences;

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      converter = NumberConverters.Count.class,
      description =
          "Tokens per sequence drawn from text (default: 2048, or the model's context if that is"
              + " shorter), or to keep of each sequence of token ids (default: all).")
  private @Nullable Integer length;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Random seed for drawing sequences from text (default: 0).")
  private @Nullable Long seed;

  boolean given() {
    return location != null;
  }

  /** Returns the file or folder, null for a glob and without {@code --calibration}. */
  @Nullable Path file() {
    return location == null ? null : location.path();
  }

  /** Returns the calibration that the options select, or null without {@code --calibration}. */
  @Nullable Calibration calibration(CausalLm model) throws IOException {
    if (location == null) {
      return null;
    }
    Path ids = location.ids();
    return ids != null ? ids(Calibration.ids(ids)) : text(model, location);
  }

  private Calibration text(CausalLm model, Location location) throws IOException {
    Documents documents = field.documents(location, model);
    return Calibration.text(model.tokenizer(), documents)
        .sequences(sequences == null ? SEQUENCES : sequences)
        .length(Length.of(length, model, spec.commandLine()))
        .seed(seed == null ? 0 : seed);
  }

  private Calibration ids(TokenIds ids) {
    if (seed != null || field.given()) {
      throw new ParameterException(
          spec.commandLine(),
          location
              + " contains token ids, from which nothing is drawn; remove "
              + (seed != null ? "--seed" : "--field"));
    }
    TokenIds some = sequences == null ? ids : ids.first(sequences);
    return length == null ? some : some.shortened(length);
  }
}
