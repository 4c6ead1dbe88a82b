package io.github.owlprune.measure;

import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exact median score of every block and linear; for an even number of scores, the lower of the
 * two in the middle (DLP, arXiv 2505.23807).
 */
record MedianScores() implements Measurement {
  @Override
  public String name() {
    return "MEDIAN_SCORES";
  }

  @Override
  public String title() {
    return "median score";
  }

  @Override
  public Measured measure(DenseModel dense) {
    Map<LinearRef, Double> linears = new LinkedHashMap<>();
    Map<String, Double> blocks = dense.forEachScores(scores -> medians(scores, linears));
    return new Measured(blocks, linears);
  }

  /** Adds the median of each linear, and returns the block's. */
  private static double medians(BlockScores scores, Map<LinearRef, Double> medians) {
    Map<Linear, ScoreHistogram> uppers = new LinkedHashMap<>();
    for (Linear linear : scores.linears()) {
      LinearRef ref = scores.weights().ref(linear);
      uppers.put(linear, ref.attributeErrors(() -> ScoreHistogram.upper(scores, linear)));
    }
    uppers.forEach(
        (linear, upper) ->
            medians.put(
                scores.weights().ref(linear),
                median(scores, upper, linear.weights(), List.of(linear))));
    ScoreHistogram all = ScoreHistogram.sum(uppers.values());
    return median(scores, all, scores.weights().weights(), scores.linears());
  }

  private static double median(
      BlockScores scores, ScoreHistogram upper, long weights, Collection<Linear> linears) {
    long rank = (weights + 1) / 2;
    int bin = upper.binOf(rank);
    List<ScoreHistogram> lowers = new ArrayList<>();
    for (Linear linear : linears) {
      lowers.add(ScoreHistogram.lower(scores, linear, bin));
    }
    return ScoreHistogram.score(bin, ScoreHistogram.sum(lowers).binOf(rank - upper.before(bin)));
  }
}
