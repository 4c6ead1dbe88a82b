package io.github.owlprune;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Spectrum;
import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Model;
import io.github.owlprune.model.OpenBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The exponent of every linear's spectrum, and a block's as the mean over its linears
 * (AlphaPruning, arXiv 2410.10912, section 3). Every block is opened once and nothing runs through
 * it. Linears are done in parallel, each by one thread.
 */
record SpectralExponents(Run run, LinearChoice linears) {
  private static final int PIECES = 32; // spectra take about as long as eight sequences

  static long pieces(Model model) {
    return (long) PIECES * model.blocks().size();
  }

  Measured measure() {
    List<Measured.OfBlock> measured = new ArrayList<>();
    for (Block block : run.model().blocks()) {
      List<Linear> chosen = linears.of(block);
      if (!chosen.isEmpty()) {
        try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
          measured.add(run.timed("measure: spectra", () -> exponents(block, open, chosen)));
        }
      }
      run.advance("measuring " + block.name(), PIECES);
    }
    return new Measured(measured);
  }

  private Measured.OfBlock exponents(Block block, OpenBlock open, List<Linear> chosen) {
    List<Matrix> weights = chosen.stream().map(l -> Matrix.of(open.weight(l))).toList();
    int[] longestFirst =
        IntStream.range(0, chosen.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer l) -> -work(chosen.get(l))))
            .mapToInt(Integer::intValue)
            .toArray();
    Double[] exponents = new Double[chosen.size()];
    run.workers()
        .run(
            exponents.length,
            (task, worker) -> {
              int l = longestFirst[task];
              exponents[l] =
                  Named.naming(
                      block,
                      chosen.get(l),
                      () -> PowerLawFit.exponent(Spectrum.of(weights.get(l))));
            });
    List<Double> each = List.of(exponents);
    double mean = each.stream().mapToDouble(Double::doubleValue).sum() / each.size();
    return new Measured.OfBlock(mean, each);
  }

  /** Multiply-adds of the Gram matrix and its eigenvalues, roughly. */
  private static double work(Linear linear) {
    double shorter = Math.min(linear.outputs(), linear.inputs());
    return shorter * linear.weights() + 2 * shorter * shorter * shorter;
  }
}
