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
 * The amount of data a run reads.
 *
 * @param times the number of times the blocks' weights are read
 * @param bytes the total number of bytes
 */
record Reading(double times, double bytes) {
  /** Computes the amount from the size of the weight files and the fraction held by blocks. */
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
        "reads the blocks' weights %.0f times, %.1f GiB in total",
        times,
        bytes / (1L << 30));
  }
}
