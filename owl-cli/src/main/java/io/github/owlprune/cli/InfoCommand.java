package io.github.owlprune.cli;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import io.github.owlprune.model.Workers;
import io.github.owlprune.models.CausalLm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owl info}: what a folder holds. */
@Command(
    name = "info",
    description = "Shows a model's architecture and the sparsity of every linear as it is on disk.",
    mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // injected
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A Hugging Face folder.")
  @SuppressWarnings("NullAway.Init") // required
  private Path model;

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    try (CausalLm lm = CausalLm.open(model);
        Workers workers = Workers.open(1)) {
      long weights =
          lm.blocks().stream().flatMap(b -> b.linears().stream()).mapToLong(Linear::weights).sum();
      print.printf(
          Locale.ROOT,
          "%s: %d blocks, hidden size %d, vocabulary %d, context %d%n",
          lm.modelType(),
          lm.blocks().size(),
          lm.width(),
          lm.vocabulary(),
          lm.context());
      print.printf(
          Locale.ROOT,
          "%,d parameters, %,d of them in the blocks' linears%n",
          lm.parameters(),
          weights);
      long zeros = 0;
      for (Block block : lm.blocks()) {
        zeros += block(print, block, workers);
      }
      print.printf(Locale.ROOT, "%-40s sparsity %.4f%n", "all", (double) zeros / weights);
      print.flush();
    }
    return 0;
  }

  private static long block(PrintWriter print, Block block, Workers workers) {
    long all = 0;
    try (OpenBlock open = block.open(workers)) {
      for (Linear linear : block.linears()) {
        long zeros = zeros(Matrix.of(open.weight(linear)));
        print.printf(
            Locale.ROOT,
            "%-40s [%d, %d] sparsity %.4f%n",
            block.name() + "." + linear.name(),
            linear.outputs(),
            linear.inputs(),
            (double) zeros / linear.weights());
        all += zeros;
      }
    }
    return all;
  }

  private static long zeros(Matrix weight) {
    float[] row = new float[weight.columns()];
    long zeros = 0;
    for (int r = 0; r < weight.rows(); r++) {
      weight.read(r, row);
      for (float w : row) {
        zeros += w == 0 ? 1 : 0;
      }
    }
    return zeros;
  }
}
