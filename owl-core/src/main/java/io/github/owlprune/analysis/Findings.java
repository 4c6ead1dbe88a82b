package io.github.owlprune.analysis;

import io.github.owlprune.format.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** The findings of an analysis in plain words, at its main threshold. */
final class Findings {
  /**
   * The spread below which ratios are flat: the largest minus the smallest, relative to their mean.
   * OWL stretches them to its whole range of 2λ, so small differences count as much as large ones.
   * The ratios of LLaMA-7B, where the paper gained most, spread over 1.6 times their mean.
   */
  private static final double FLAT = 0.5;

  /** The rank correlation with depth above which ratios have a trend. */
  private static final double TREND = 0.5;

  private final AnalysisResult analysis;
  private final double threshold;
  private final double[] ratios;
  private final int least;
  private final int most;

  Findings(AnalysisResult analysis) {
    this.analysis = analysis;
    this.threshold = analysis.mainThreshold();
    this.ratios = analysis.dense().blockRatios(threshold);
    this.least = extreme(ratios, -1);
    this.most = extreme(ratios, 1);
  }

  List<String> summary() {
    List<String> said = new ArrayList<>();
    said.add(
        String.format(
            Locale.ROOT,
            "On average %.2f %% of a block's weights are outliers (M = %s), from %.2f %% in %s to"
                + " %.2f %% in %s.",
            AnalysisResult.mean(ratios),
            Table.threshold(threshold),
            ratios[least],
            name(least),
            ratios[most],
            name(most)));
    if (falls()) {
      said.add(
          "The ratios fall with depth, as LLaMA-7B's do in the paper: OWL would spare the first"
              + " blocks.");
    }
    for (AnalysisResult.AfterPruning after : analysis.pruned()) {
      double change = analysis.meanChange(after, threshold);
      said.add(
          String.format(
              Locale.ROOT,
              "%s (%.1f %% zeros) %s: %+.3f points on average.",
              after.name(),
              100 * after.achieved(),
              change < 0 ? "loses outliers" : change > 0 ? "gains outliers" : "changes nothing",
              change));
    }
    return said;
  }

  List<String> warnings() {
    List<String> warned = new ArrayList<>();
    if (flat()) {
      warned.add(
          String.format(
              Locale.ROOT,
              "The ratios are flat: they span only %.0f %% of their mean. OWL would stretch these"
                  + " small differences to its whole range; expect little gain over uniform"
                  + " sparsity.",
              100 * spread()));
    } else if (rises()) {
      warned.add(
          "The ratios rise with depth: OWL would spare the last blocks and prune the first most."
              + " Those of LLaMA-7B, in the paper, fall. Compare OWL with uniform sparsity by"
              + " perplexity before you rely on it.");
    }
    return warned;
  }

  private boolean flat() {
    return spread() < FLAT;
  }

  private double spread() {
    double mean = AnalysisResult.mean(ratios);
    return mean == 0 ? 0 : (ratios[most] - ratios[least]) / mean;
  }

  private boolean rises() {
    return trend() > TREND;
  }

  private boolean falls() {
    return !flat() && trend() < -TREND;
  }

  /** Returns Spearman's rank correlation of ratio and depth, 0 if all ratios are equal. */
  private double trend() {
    double[] depth = IntStream.range(0, ratios.length).asDoubleStream().toArray();
    return spread() == 0 ? 0 : new SpearmansCorrelation().correlation(depth, ratios);
  }

  private String name(int block) {
    return analysis.dense().blocks().get(block).name();
  }

  private static int extreme(double[] values, int sign) {
    int found = 0;
    for (int i = 1; i < values.length; i++) {
      if (sign * values[i] > sign * values[found]) {
        found = i;
      }
    }
    return found;
  }
}
