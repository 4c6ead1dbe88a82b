package io.github.owlprune.cli;

import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select the calibration data. */
final class CalibrationOptions {
  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Calibration data: .jsonl (one document {\"text\": …} per line), .txt (one document), or"
              + " .json with token ids, {\"ids\": [[…], …]}.")
  private @Nullable Path file;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "128",
      description = "Number of sequences to draw from text (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      defaultValue = "2048",
      description = "Tokens per sequence drawn from text (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Random seed for drawing sequences (default: ${DEFAULT-VALUE}).")
  private long seed;

  boolean given() {
    return file != null;
  }

  /** Returns the calibration that the options select, or null without {@code --calibration}. */
  @Nullable Calibration calibration(CausalLm model) throws IOException {
    if (file == null) {
      return null;
    }
    if (file.toString().endsWith(".json")) {
      return Calibration.ids(file);
    }
    return Calibration.text(model.tokenizer(), file).sequences(sequences).length(length).seed(seed);
  }
}
