package io.github.owlprune;

import io.github.owlprune.model.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The median score of an open block and of each of its linears, exactly; of an even number the
 * lower of the two in the middle (DLP, arXiv 2505.23807).
 */
record MedianScore(Scores scores) {
  Measured.OfBlock measure() {
    List<Linear> linears = scores.linears();
    List<ScoreHistogram> uppers = new ArrayList<>();
    for (int l = 0; l < linears.size(); l++) {
      int linear = l;
      uppers.add(
          Named.naming(scores.block(), linears.get(l), () -> ScoreHistogram.upper(scores, linear)));
    }
    List<Double> medians = new ArrayList<>();
    for (int l = 0; l < linears.size(); l++) {
      medians.add(median(uppers.get(l), linears.get(l).weights(), new int[] {l}));
    }
    long all = linears.stream().mapToLong(Linear::weights).sum();
    int[] every = IntStream.range(0, linears.size()).toArray();
    return new Measured.OfBlock(median(ScoreHistogram.sum(uppers), all, every), medians);
  }

  private double median(ScoreHistogram upper, long weights, int[] linears) {
    long rank = (weights + 1) / 2;
    int bin = upper.binOf(rank);
    List<ScoreHistogram> lowers = new ArrayList<>();
    for (int l : linears) {
      lowers.add(ScoreHistogram.lower(scores, l, bin));
    }
    return ScoreHistogram.score(bin, ScoreHistogram.sum(lowers).binOf(rank - upper.before(bin)));
  }
}
