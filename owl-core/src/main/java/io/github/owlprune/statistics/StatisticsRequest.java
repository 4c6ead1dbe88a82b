package io.github.owlprune.statistics;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.github.owlprune.model.Linear;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The statistics to gather while sequences go through a block.
 *
 * @param kinds for each observed linear the kinds of statistics of its input
 */
public record StatisticsRequest(Map<Linear, Set<StatisticKind<?>>> kinds) {
  /** An empty request. */
  public static final StatisticsRequest NONE = new StatisticsRequest(Map.of());

  /**
   * Copies the map; its order is kept.
   *
   * @param kinds for each observed linear the kinds of statistics of its input
   */
  public StatisticsRequest {
    kinds = ImmutableMap.copyOf(kinds);
  }

  /**
   * Requests the same kinds for several linears.
   *
   * @param linears linears of one block
   * @param kinds the kinds; may be empty
   * @return the request
   */
  public static StatisticsRequest of(List<Linear> linears, Collection<StatisticKind<?>> kinds) {
    Map<Linear, Set<StatisticKind<?>>> each = new LinkedHashMap<>();
    linears.forEach(linear -> each.put(linear, ImmutableSet.copyOf(kinds)));
    return new StatisticsRequest(each);
  }

  /**
   * Combines this request with another.
   *
   * @param other a request for the same block
   * @return a request for everything that either requests
   */
  public StatisticsRequest and(StatisticsRequest other) {
    Map<Linear, Set<StatisticKind<?>>> both = new LinkedHashMap<>(kinds);
    other.kinds.forEach(
        (linear, more) ->
            both.merge(
                linear,
                more,
                (a, b) -> ImmutableSet.<StatisticKind<?>>builder().addAll(a).addAll(b).build()));
    return new StatisticsRequest(both);
  }

  /**
   * Returns whether there is nothing to gather.
   *
   * @return true if no kind is requested
   */
  public boolean isEmpty() {
    return kinds.values().stream().allMatch(Set::isEmpty);
  }
}
