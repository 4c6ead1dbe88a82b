package io.github.owlprune.cli;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How much a run reads.
 *
 * @param times how often the blocks' weights are read
 * @param bytes in all
 */
record Reading(double times, double bytes) {
  /** From the size of the folder's weights and the share of them that lies in the blocks. */
  static Reading of(CausalLm model, Path folder, double times) throws IOException {
    double stored = 0;
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> weights = files.filter(f -> f.toString().endsWith(".safetensors")).toList();
      for (Path file : weights) {
        stored += Files.size(file);
      }
    }
    double inBlocks =
        model.blocks().stream()
            .flatMap(block -> block.linears().stream())
            .mapToLong(Linear::weights)
            .sum();
    return new Reading(times, times * stored * inBlocks / model.parameters());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "reads the blocks' weights %.0f times, %.1f GiB in all",
        times,
        bytes / (1L << 30));
  }
}
