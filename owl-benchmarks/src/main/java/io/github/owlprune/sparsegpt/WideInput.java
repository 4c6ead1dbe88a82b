package io.github.owlprune.sparsegpt;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.Sparsity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SparseGPT on a linear as wide as LLaMA-7B's {@code down_proj}, random data: seconds of each step,
 * and the most memory that was resident, less the weight itself.
 */
public final class WideInput {
  private static final int INPUTS = 11008;
  private static final int OUTPUTS = 4096;
  private static final int SEQUENCES = 6;
  private static final int TOKENS = 2048;

  private WideInput() {}

  /**
   * Runs it, on Linux.
   *
   * @param args none
   * @throws IOException if the process's own status cannot be read
   */
  public static void main(String[] args) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    SparseGpt pruner = new SparseGpt();
    try (Workers workers = Workers.open(threads);
        Matrix weight = Matrix.of(Nd4j.randn(DataType.FLOAT, OUTPUTS, INPUTS));
        FactoredHessian seen = pruner.observe(INPUTS)) {
      try (Matrix rows = Matrix.of(Nd4j.randn(DataType.FLOAT, TOKENS, INPUTS))) {
        timed(
            "Hessian of " + SEQUENCES * TOKENS + " tokens",
            () -> {
              for (int s = 0; s < SEQUENCES; s++) {
                seen.add(rows.array(), workers);
              }
            });
      }
      timed("factor", () -> seen.factor(workers));
      Sparsity target = new Sparsity.Unstructured(0.7);
      timed("sweep and output errors", () -> pruner.prune(weight.array(), seen, target, workers));
    }
    double gib = peakKib() / 1024.0 / 1024.0;
    double own = 4.0 * OUTPUTS * INPUTS / (1L << 30);
    System.out.printf(
        Locale.ROOT, "peak resident %.2f GiB, beside the weight %.2f GiB%n", gib, gib - own);
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
