package io.github.owlprune;

import io.github.owlprune.model.Block;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.OpenBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * The share of each linear that goes if the lowest scores of the whole model go: one threshold for
 * all, exactly as sorting all scores would give it (a baseline of arXiv 2310.05175, section 4.1).
 * Equal scores go in the model's order.
 *
 * <p>Two passes: a histogram of every linear's scores during the dense pass, and, without running
 * the model again, one of those scores that share the threshold's upper bits.
 */
final class GlobalThreshold {
  private final Run run;
  private final LinearChoice linears;

  GlobalThreshold(Run run, LinearChoice linears) {
    this.run = run;
    this.linears = linears;
  }

  private record Counted(Block block, List<float[]> norms, List<ScoreHistogram> scores) {}

  Measured measure(double sparsity) {
    List<Counted> uppers = DensePass.over(run, linears, s -> count(s, -1));
    long weights = weights(uppers);
    long zeros = Math.round(sparsity * weights);
    if (zeros == 0) {
      return shares(uppers, new long[linearsOf(uppers)]);
    }
    ScoreHistogram all = ScoreHistogram.sum(flat(uppers));
    int upper = all.binOf(zeros);
    List<Counted> lowers = uppers.stream().map(c -> again(c, upper)).toList();
    ScoreHistogram within = ScoreHistogram.sum(flat(lowers));
    int lower = within.binOf(zeros - all.before(upper));
    return shares(uppers, zeros(flat(uppers), flat(lowers), upper, lower, zeros));
  }

  private static Counted count(Scores scores, int upper) {
    List<ScoreHistogram> counted = new ArrayList<>();
    for (int l = 0; l < scores.linears().size(); l++) {
      int linear = l;
      counted.add(
          Named.naming(
              scores.block(),
              scores.linears().get(l),
              () ->
                  upper < 0
                      ? ScoreHistogram.upper(scores, linear)
                      : ScoreHistogram.lower(scores, linear, upper)));
    }
    return new Counted(scores.block(), scores.norms(), counted);
  }

  private Counted again(Counted counted, int upper) {
    Block block = counted.block();
    try (OpenBlock open = run.timed("load", () -> block.open(run.workers()))) {
      Scores scores = new Scores(block, open, linears.of(block), counted.norms(), run.workers());
      return run.timed("measure: scores", () -> count(scores, upper));
    }
  }

  /** All below the threshold, and of those that equal it as many as are still missing. */
  private static long[] zeros(
      List<ScoreHistogram> uppers, List<ScoreHistogram> lowers, int upper, int lower, long zeros) {
    long[] each = new long[uppers.size()];
    long missing = zeros;
    for (int l = 0; l < each.length; l++) {
      each[l] = uppers.get(l).before(upper) + lowers.get(l).before(lower);
      missing -= each[l];
    }
    for (int l = 0; l < each.length; l++) {
      long equal = Math.min(missing, lowers.get(l).in(lower));
      each[l] += equal;
      missing -= equal;
    }
    return each;
  }

  private Measured shares(List<Counted> counted, long[] zeros) {
    List<Measured.OfBlock> blocks = new ArrayList<>();
    int at = 0;
    for (Counted c : counted) {
      long inBlock = 0;
      long weights = 0;
      List<Double> shares = new ArrayList<>();
      for (Linear linear : linears.of(c.block())) {
        shares.add((double) zeros[at] / linear.weights());
        inBlock += zeros[at++];
        weights += linear.weights();
      }
      blocks.add(new Measured.OfBlock((double) inBlock / weights, shares));
    }
    return new Measured(blocks);
  }

  private static List<ScoreHistogram> flat(List<Counted> counted) {
    return counted.stream().flatMap(c -> c.scores().stream()).toList();
  }

  private static int linearsOf(List<Counted> counted) {
    return counted.stream().mapToInt(c -> c.scores().size()).sum();
  }

  private long weights(List<Counted> counted) {
    return counted.stream()
        .flatMap(c -> linears.of(c.block()).stream())
        .mapToLong(Linear::weights)
        .sum();
  }
}
