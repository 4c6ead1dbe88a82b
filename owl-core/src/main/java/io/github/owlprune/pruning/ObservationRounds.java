package io.github.owlprune.pruning;

import io.github.owlprune.model.Linear;
import io.github.owlprune.statistics.StatisticKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides the linears of a block into rounds, each observed and compressed before the next, so that
 * the statistics of one round fit in memory.
 *
 * <p>The inputs that the block computes last come first. Their linears affect no input that is
 * still to be observed, so the result is the same for any memory, and only the time differs.
 */
final class ObservationRounds {
  private ObservationRounds() {}

  /**
   * Returns the rounds.
   *
   * @param linears linears of a block, in the order in which they are computed
   * @param kinds the kinds of statistics to gather for each
   * @param bytes the most bytes of statistics in a round, unless those of a single input are larger
   * @return each linear once; linears that read the same input are together
   */
  static List<List<Linear>> of(
      List<Linear> linears, Collection<StatisticKind<?>> kinds, long bytes) {
    Map<String, List<Linear>> readers = new LinkedHashMap<>(); // by input, first computed first
    for (Linear linear : linears) {
      readers.computeIfAbsent(linear.input(), i -> new ArrayList<>()).add(linear);
    }
    List<List<Linear>> lastFirst = new ArrayList<>(readers.values());
    Collections.reverse(lastFirst);
    List<List<Linear>> rounds = new ArrayList<>();
    double left = -1;
    for (List<Linear> ofInput : lastFirst) {
      double needed = bytes(kinds, ofInput.get(0).inputs());
      if (rounds.isEmpty() || needed > left) {
        rounds.add(new ArrayList<>());
        left = bytes;
      }
      rounds.get(rounds.size() - 1).addAll(ofInput);
      left -= needed;
    }
    // Within a round, what is computed first is compressed first.
    rounds.forEach(round -> round.sort(Comparator.comparingInt(linears::indexOf)));
    return rounds;
  }

  private static double bytes(Collection<StatisticKind<?>> kinds, int inputs) {
    return kinds.stream().mapToDouble(kind -> kind.bytes(inputs)).sum();
  }
}
