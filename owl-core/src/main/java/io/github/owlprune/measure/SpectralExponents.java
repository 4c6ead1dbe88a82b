package io.github.owlprune.measure;

import io.github.owlprune.linalg.PowerLawFit;
import io.github.owlprune.linalg.Spectrum;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponent of every linear's spectrum; a block's is the mean over its linears (AlphaPruning,
 * arXiv 2410.10912, section 3). Every block is opened once and nothing is sent through it. Linears
 * are processed in parallel, each by one thread.
 */
record SpectralExponents() implements Measurement {
  private static final int PIECES = 32; // spectra take about as long as eight sequences

  @Override
  public String name() {
    return "SPECTRAL_EXPONENTS";
  }

  @Override
  public String title() {
    return "spectral exponent";
  }

  @Override
  public boolean needsInputs() {
    return false;
  }

  @Override
  public long pieces(DenseModel dense) {
    return (long) PIECES * dense.model().blocks().size();
  }

  @Override
  public Measured measure(DenseModel dense) {
    Map<LinearRef, Double> linears = new LinkedHashMap<>();
    Map<String, Double> blocks =
        dense.forEachWeights("measure: spectra", PIECES, weights -> mean(weights, linears));
    return new Measured(blocks, linears);
  }

  /** Adds the exponent of each linear, and returns their mean. */
  private static double mean(BlockWeights weights, Map<LinearRef, Double> exponents) {
    List<Linear> linears = weights.linears();
    List<Linear> longestFirst =
        linears.stream().sorted(Comparator.comparingDouble(l -> -work(l))).toList();
    double[] each = new double[linears.size()];
    weights
        .workers()
        .run(
            each.length,
            (task, worker) -> {
              Linear linear = longestFirst.get(task);
              each[linears.indexOf(linear)] =
                  weights
                      .ref(linear)
                      .attributeErrors(
                          () -> PowerLawFit.exponent(Spectrum.of(weights.weight(linear))));
            });
    for (int l = 0; l < each.length; l++) {
      exponents.put(weights.ref(linears.get(l)), each[l]);
    }
    return Arrays.stream(each).sum() / each.length;
  }

  /** Returns roughly the multiply-adds of the Gram matrix and its eigenvalues. */
  private static double work(Linear linear) {
    double shorter = Math.min(linear.outputs(), linear.inputs());
    return shorter * linear.weights() + 2 * shorter * shorter * shorter;
  }
}
