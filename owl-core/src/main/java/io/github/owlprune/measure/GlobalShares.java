package io.github.owlprune.measure;

import io.github.owlprune.model.Linear;
import io.github.owlprune.model.LinearRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The share of each linear that is removed if the lowest scores of the whole model are removed: one
 * threshold for all, exactly as sorting all scores would give it (a baseline of arXiv 2310.05175,
 * section 4.1). Equal scores are removed in the model's order.
 *
 * <p>Every score is computed twice: for a histogram of each linear, and for one of the scores that
 * share the threshold's upper bits.
 */
record GlobalShares() implements Measurement {
  @Override
  public String name() {
    return "GLOBAL_SHARES";
  }

  @Override
  public String title() {
    return "share below";
  }

  @Override
  public Measured measure(DenseModel dense) {
    Map<LinearRef, Long> weights = new LinkedHashMap<>();
    Map<LinearRef, ScoreHistogram> uppers = new LinkedHashMap<>();
    dense.forEachScores(
        scores -> {
          for (Linear linear : scores.linears()) {
            LinearRef ref = scores.weights().ref(linear);
            weights.put(ref, linear.weights());
            uppers.put(ref, ref.attributeErrors(() -> ScoreHistogram.upper(scores, linear)));
          }
          return uppers;
        });
    long all = weights.values().stream().mapToLong(Long::longValue).sum();
    long zeros = Math.round(dense.sparsity() * all);
    if (zeros == 0) {
      return shares(weights, Map.of());
    }
    return shares(weights, zeros(dense, uppers, zeros));
  }

  private static Map<LinearRef, Long> zeros(
      DenseModel dense, Map<LinearRef, ScoreHistogram> uppers, long zeros) {
    ScoreHistogram all = ScoreHistogram.sum(uppers.values());
    int upper = all.binOf(zeros);
    Map<LinearRef, ScoreHistogram> lowers = new LinkedHashMap<>();
    dense.forEachScores(
        scores -> {
          for (Linear linear : scores.linears()) {
            lowers.put(scores.weights().ref(linear), ScoreHistogram.lower(scores, linear, upper));
          }
          return lowers;
        });
    int lower = ScoreHistogram.sum(lowers.values()).binOf(zeros - all.before(upper));
    return zeros(uppers, lowers, upper, lower, zeros);
  }

  /** Counts all scores below the threshold, and as many equal to it as are still missing. */
  private static Map<LinearRef, Long> zeros(
      Map<LinearRef, ScoreHistogram> uppers,
      Map<LinearRef, ScoreHistogram> lowers,
      int upper,
      int lower,
      long zeros) {
    Map<LinearRef, Long> each = new LinkedHashMap<>();
    long missing = zeros;
    for (Map.Entry<LinearRef, ScoreHistogram> own : lowers.entrySet()) {
      ScoreHistogram ofUpper = Objects.requireNonNull(uppers.get(own.getKey()));
      long below = ofUpper.before(upper) + own.getValue().before(lower);
      each.put(own.getKey(), below);
      missing -= below;
    }
    for (Map.Entry<LinearRef, ScoreHistogram> own : lowers.entrySet()) {
      long equal = Math.min(missing, own.getValue().count(lower));
      each.merge(own.getKey(), equal, Long::sum);
      missing -= equal;
    }
    return each;
  }

  private static Measured shares(Map<LinearRef, Long> weights, Map<LinearRef, Long> zeros) {
    Map<String, Long> inBlock = new LinkedHashMap<>();
    Map<String, Long> weightsOfBlock = new LinkedHashMap<>();
    Map<LinearRef, Double> linears = new LinkedHashMap<>();
    weights.forEach(
        (linear, count) -> {
          long own = zeros.getOrDefault(linear, 0L);
          linears.put(linear, (double) own / count);
          inBlock.merge(linear.block(), own, Long::sum);
          weightsOfBlock.merge(linear.block(), count, Long::sum);
        });
    Map<String, Double> blocks = new LinkedHashMap<>();
    weightsOfBlock.forEach(
        (block, count) -> blocks.put(block, inBlock.getOrDefault(block, 0L) / (double) count));
    return new Measured(blocks, linears);
  }
}
