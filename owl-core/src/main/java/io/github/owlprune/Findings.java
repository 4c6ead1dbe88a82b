package io.github.owlprune;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** What an analysis says, in plain words, at its main threshold. */
final class Findings {
  /**
   * Ratios are flat if the largest and the smallest are closer together than half their mean. OWL
   * stretches whatever lies between them over its whole range of 2λ, so small differences weigh as
   * much as large ones. LLaMA-7B's ratios, where the paper gained most, spread over 1.6 times their
   * mean.
   */
  private static final double FLAT = 0.5;

  /** A rank correlation with depth beyond this is called a trend. */
  private static final double TREND = 0.5;

  private final Analysis analysis;
  private final double threshold;
  private final double[] ratios;
  private final int least;
  private final int most;

  Findings(Analysis analysis) {
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
            "Of a block's weights %.2f %% are outliers on average (M = %s), from %.2f %% in %s to"
                + " %.2f %% in %s.",
            Analysis.mean(ratios),
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
    for (Analysis.AfterPruning after : analysis.pruned()) {
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
              "The ratios are flat: they lie within %.0f %% of their mean. OWL would stretch these"
                  + " small differences over its whole range; expect little from it over uniform"
                  + " sparsity.",
              100 * spread()));
    } else if (rises()) {
      warned.add(
          "The ratios rise with depth: OWL would spare the last blocks and take most from the"
              + " first. LLaMA-7B's, in the paper, fall. Hold OWL against uniform sparsity by"
              + " perplexity before you rely on it.");
    }
    return warned;
  }

  private boolean flat() {
    return spread() < FLAT;
  }

  private double spread() {
    double mean = Analysis.mean(ratios);
    return mean == 0 ? 0 : (ratios[most] - ratios[least]) / mean;
  }

  private boolean rises() {
    return trend() > TREND;
  }

  private boolean falls() {
    return !flat() && trend() < -TREND;
  }

  /** Spearman's rank correlation of ratio and depth; ratios that are all equal have none. */
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
