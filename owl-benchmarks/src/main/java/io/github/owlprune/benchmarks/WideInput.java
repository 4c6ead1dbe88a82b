package io.github.owlprune.benchmarks;

import static io.github.owlprune.admm.Admm.admm;
import static io.github.owlprune.sparsegpt.SparseGpt.sparseGpt;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.InputStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A linear as wide as LLaMA-7B's {@code down_proj} on random data. Prints the seconds for the
 * Hessian and for pruning to 70 %, and the peak resident memory, with and without the weight.
 */
public final class WideInput {
  private static final int INPUTS = 11008;
  private static final int SEQUENCES = 6;
  private static final int TOKENS = 2048;

  private WideInput() {}

  /**
   * Runs the measurement; Linux only.
   *
   * @param args {@code sparsegpt} or {@code admm}, and the number of rows of the weight (4,096 in
   *     LLaMA-7B)
   * @throws IOException if the process's own status cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !(args[0].equals("sparsegpt") || args[0].equals("admm"))) {
      System.err.println("usage: WideInput sparsegpt|admm ROWS");
      System.exit(2);
    }
    Compressor compressor = args[0].equals("admm") ? admm() : sparseGpt();
    int rows = Integer.parseInt(args[1]);
    prune(compressor, rows);
    double gib = peakKib() / 1024.0 / 1024.0;
    double own = 4.0 * rows * INPUTS / (1L << 30);
    System.out.printf(
        Locale.ROOT, "peak resident %.2f GiB, without the weight %.2f GiB%n", gib, gib - own);
  }

  private static void prune(Compressor compressor, int rows) {
    try (Workers workers = Workers.open(Runtime.getRuntime().availableProcessors());
        Matrix weight = Matrix.of(Nd4j.randn(DataType.FLOAT, rows, INPUTS));
        InputStatistics seen = new InputStatistics(INPUTS).gather(compressor.statistics())) {
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
          compressor.name() + " of " + rows + " rows",
          () -> compressor.compress(weight.array(), seen, target, workers));
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
