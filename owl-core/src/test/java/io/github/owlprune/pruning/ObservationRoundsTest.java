package io.github.owlprune.pruning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.owlprune.model.Linear;
import io.github.owlprune.statistics.ColumnNorms;
import io.github.owlprune.statistics.Hessian;
import io.github.owlprune.statistics.StatisticKind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservationRoundsTest {
  private static final long HESSIAN = 10 * 10 * Float.BYTES;

  /** A parallel block, whose MLP reads the attention's input. */
  private static final List<Linear> PARALLEL =
      List.of(
          new Linear("q", 10, 10, "attention"),
          new Linear("k", 10, 10, "attention"),
          new Linear("o", 10, 10, "attended"),
          new Linear("up", 20, 10, "attention"),
          new Linear("down", 10, 20, "activated"));

  private static List<List<String>> rounds(StatisticKind<?> kind, long bytes) {
    return ObservationRounds.of(PARALLEL, Set.of(kind), bytes).stream()
        .map(round -> round.stream().map(Linear::name).toList())
        .toList();
  }

  @Test
  void whatFitsIsObservedAtOnceInTheBlocksOrder() {
    List<List<String>> one = List.of(List.of("q", "k", "o", "up", "down"));
    assertEquals(one, rounds(Hessian.KIND, Long.MAX_VALUE));
    assertEquals(one, rounds(Hessian.KIND, 6 * HESSIAN));
    assertEquals(one, rounds(ColumnNorms.KIND, 40 * Double.BYTES));
  }

  @Test
  void inputsThatAreComputedLastComeFirst() {
    assertEquals(
        List.of(List.of("o", "down"), List.of("q", "k", "up")),
        rounds(Hessian.KIND, 6 * HESSIAN - 1));
    assertEquals(
        List.of(List.of("down"), List.of("o"), List.of("q", "k", "up")),
        rounds(Hessian.KIND, HESSIAN));
  }

  @Test
  void oneInputMayExceedTheLimit() {
    assertEquals(
        List.of(List.of("down"), List.of("o"), List.of("q", "k", "up")), rounds(Hessian.KIND, 0));
  }
}
