package io.github.owlprune.benchmarks;

import static io.github.owlprune.wanda.Wanda.wanda;

import io.github.owlprune.Owl;
import io.github.owlprune.calibration.Calibration;
import io.github.owlprune.calibration.TokenIds;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.models.CausalLm;
import io.github.owlprune.plan.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A full run of OWL + Wanda on a real model. Prints the multiply-adds per second of each stage
 * relative to a plain large product, which is timed before and after in the same process.
 */
public final class ForwardShare {
  private static final int SIZE = 2048;
  private static final int PRODUCTS = 8;

  private ForwardShare() {}

  /**
   * Runs the measurement.
   *
   * @param args the model's folder, a file of token ids, the number of threads
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    TokenIds calib = Calibration.ids(Path.of(args[1]));
    int threads = Integer.parseInt(args[2]);
    double before = product(threads);
    try (CausalLm model = CausalLm.open(Path.of(args[0]))) {
      Report report = Owl.allocate(model, calib).withThreads(threads).prune(wanda());
      double peak = Math.max(before, product(threads));
      System.out.print(report);
      System.out.printf(Locale.ROOT, "%nplain product: %.1f G multiply-adds/s%n", peak / 1e9);
      int blocks = model.blocks().size();
      double forward = 0;
      double down = 0;
      for (int[] sequence : calib.sequences()) {
        forward += model.multiplyAdds(sequence.length);
        Linear last = model.blocks().get(0).linears().get(6);
        down += (double) last.weights() * sequence.length * blocks;
      }
      // The last block is only observed, in the first pass, and not run again in the second.
      print(report, "measure: forward", forward - down / blocks, peak);
      print(report, "prune: observe", forward - down, peak);
      print(report, "prune: forward", forward * (blocks - 1) / blocks, peak);
    }
  }

  private static void print(Report report, String stage, double multiplyAdds, double peak) {
    double seconds = report.seconds().getOrDefault(stage, Double.NaN);
    System.out.printf(
        Locale.ROOT,
        "%-18s %6.2f T in %6.2f s: %5.1f G/s, %4.1f %% of the plain product%n",
        stage,
        multiplyAdds / 1e12,
        seconds,
        multiplyAdds / seconds / 1e9,
        100 * multiplyAdds / seconds / peak);
  }

  /** Measures the best of several products of 2048 x 2048 per thread, on all threads at once. */
  private static double product(int threads) {
    double best = 0;
    try (Workers workers = Workers.open(threads);
        Matrix a = Matrix.allocate(SIZE, SIZE);
        Matrix b = Matrix.allocate(SIZE, SIZE);
        Matrix c = Matrix.allocate(SIZE * threads, SIZE)) {
      a.array().assign(1);
      b.array().assign(1);
      for (int i = 0; i < PRODUCTS; i++) {
        long start = System.nanoTime();
        workers.run(
            threads,
            (task, worker) ->
                Gemm.abt(
                    SIZE,
                    SIZE,
                    SIZE,
                    new Gemm.Tile(a, 0, 0),
                    new Gemm.Tile(b, 0, 0),
                    new Gemm.Tile(c, task * SIZE, 0)));
        double seconds = (System.nanoTime() - start) / 1e9;
        best = Math.max(best, (double) threads * SIZE * SIZE * SIZE / seconds);
      }
    }
    return best;
  }
}
