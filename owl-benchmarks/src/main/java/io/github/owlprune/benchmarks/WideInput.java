package io.github.owlprune.benchmarks;

import io.github.owlprune.admm.Admm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.Sparsity;
import io.github.owlprune.sparsegpt.SparseGpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A linear as wide as LLaMA-7B's {@code down_proj}, random data: seconds of the Hessian and of the
 * pruning to 70 %, and the most memory that was resident, less the weight itself.
 */
public final class WideInput {
  private static final int INPUTS = 11008;
  private static final int SEQUENCES = 6;
  private static final int TOKENS = 2048;

  private WideInput() {}

  /**
   * Runs it, on Linux.
   *
   * @param args {@code sparsegpt} or {@code admm}, and the weight's rows; LLaMA-7B's has 4,096
   * @throws IOException if the process's own status cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !(args[0].equals("sparsegpt") || args[0].equals("admm"))) {
      System.err.println("usage: WideInput sparsegpt|admm ROWS");
      System.exit(2);
    }
    Pruner<?> pruner = args[0].equals("admm") ? new Admm() : new SparseGpt();
    int rows = Integer.parseInt(args[1]);
    prune(pruner, rows);
    double gib = peakKib() / 1024.0 / 1024.0;
    double own = 4.0 * rows * INPUTS / (1L << 30);
    System.out.printf(
        Locale.ROOT, "peak resident %.2f GiB, beside the weight %.2f GiB%n", gib, gib - own);
  }

  private static <S extends InputStatistics> void prune(Pruner<S> pruner, int rows) {
    try (Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
        Matrix weight = Matrix.of(Nd4j.randn(DataType.FLOAT, rows, INPUTS));
        S seen = pruner.observe(INPUTS)) {
      try (Matrix tokens = Matrix.of(Nd4j.randn(DataType.FLOAT, TOKENS, INPUTS))) {
        timed(
            "Hessian of " + SEQUENCES * TOKENS + " tokens",
            () -> {
              for (int s = 0; s < SEQUENCES; s++) {
                seen.add(tokens.array(), workers);
              }
            });
      }
      Sparsity target = new Sparsity.Unstructured(0.7);
      timed(
          pruner.name() + " of " + rows + " rows",
          () -> pruner.prune(weight.array(), seen, target, workers));
    }
  }

  private static void timed(String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, (System.nanoTime() - start) / 1e9);
  }

  private static long peakKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
