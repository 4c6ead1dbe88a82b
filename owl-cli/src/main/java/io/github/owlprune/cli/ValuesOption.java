package io.github.owlprune.cli;

import io.github.owlprune.kernels.ValueType;
import io.github.owlprune.runtime.Generator;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that chooses the type of the weights in memory. */
final class ValuesOption {
  @Option(
      names = "--values",
      paramLabel = "float32|bfloat16|int8",
      description =
          "The type of the weights in memory (default: exact, bfloat16 or float32 as in the"
              + " files). int8 has a scale for 64 weights and is not exact.")
  private @Nullable ValueType values;

  Generator load(Path model, int threads) throws IOException {
    return Generator.load(model, values == null ? Generator.exactValues(model) : values, threads);
  }
}
