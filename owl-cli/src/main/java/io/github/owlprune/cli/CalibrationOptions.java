package io.github.owlprune.cli;

import io.github.owlprune.Calibration;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to run through the model. */
final class CalibrationOptions {
  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Text to calibrate on: .jsonl (a row {\"text\": …} a document), .txt (one document), or"
              + " .json with ready token ids, {\"ids\": [[…], …]}.")
  private @Nullable Path file;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "128",
      description = "Sequences to draw from text (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      defaultValue = "2048",
      description = "Tokens of a sequence drawn from text (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the draw (default: ${DEFAULT-VALUE}).")
  private long seed;

  boolean given() {
    return file != null;
  }

  /** Nothing, or what the options say. */
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
