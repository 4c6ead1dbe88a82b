package io.github.owlprune.cli;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.pipeline.StageTimes;
import io.github.owlprune.pipeline.Sweep;
import io.github.owlprune.pipeline.Visit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code owl info}: describes a model folder. */
@Command(
    name = "info",
    description = "Shows a model's architecture and the sparsity of every linear on disk.",
    mixinStandardHelpOptions = true)
final class InfoCommand extends ModelCommand {
  @Override
  public Integer call() throws IOException {
    PrintWriter print = out();
    try (CausalLm lm = CausalLm.open(model(), openOptions());
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
          "%,d parameters, %,d of them in the linears of blocks%n",
          lm.parameters(),
          weights);
      print.printf(
          Locale.ROOT,
          "%s weights in %s of files, %s%n",
          types(lm),
          MemoryUse.mib(lm.fileBytes()),
          head(lm));
      lm.remarks().forEach(remark -> print.println("note: " + remark));
      long[] zeros = {0};
      new Sweep(lm.blocks(), workers, new StageTimes())
          .accept(visit -> zeros[0] += describe(print, visit));
      print.printf(Locale.ROOT, "%-40s sparsity %.4f%n", "all", (double) zeros[0] / weights);
      print.flush();
    }
    return 0;
  }

  /** Lists the types of the weights, with their shares if there are several. */
  private static String types(CausalLm lm) {
    Map<String, Long> types = lm.weightTypes();
    if (types.size() == 1) {
      return types.keySet().iterator().next();
    }
    double all = lm.parameters();
    return types.entrySet().stream()
        .map(t -> String.format(Locale.ROOT, "%.1f %% %s", 100 * t.getValue() / all, t.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static String head(CausalLm lm) {
    if (!lm.hasHead()) {
      return "no output head";
    }
    return lm.isTied() ? "output head tied to the embedding" : "output head of its own";
  }

  /** Prints a line for each linear of a block, and returns the block's zeros. */
  private static long describe(PrintWriter print, Visit visit) {
    long all = 0;
    for (Linear linear : visit.block().linears()) {
      long zeros = zeros(Matrix.of(visit.open().weight(linear)));
      print.printf(
          Locale.ROOT,
          "%-40s [%d, %d] sparsity %.4f%n",
          LinearRef.of(visit.block(), linear),
          linear.outputs(),
          linear.inputs(),
          (double) zeros / linear.weights());
      all += zeros;
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
