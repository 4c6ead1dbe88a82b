package io.github.owlprune.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Linear;
import io.github.owlprune.model.Tap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class BlockStatisticsTest {
  private static final Linear Q = new Linear("q", 4, 3, "x");
  private static final Linear K = new Linear("k", 2, 3, "x");
  private static final Linear DOWN = new Linear("down", 3, 5, "h");

  private static final StatisticsRequest NORMS_OF_Q =
      StatisticsRequest.of(List.of(Q), Set.of(ColumnNorms.KIND));
  private static final StatisticsRequest HESSIANS_OF_K_AND_DOWN =
      StatisticsRequest.of(List.of(K, DOWN), Set.of(Hessian.KIND));

  private static void pass(Tap tap, String input, float... row) {
    try (Matrix x = Matrix.allocate(1, row.length)) {
      x.write(0, row);
      tap.accept(input, x.array());
    }
  }

  private static String refusal(Runnable request) {
    return assertThrows(IllegalArgumentException.class, request::run).getMessage();
  }

  @Test
  void requestsAreJoinedLinearByLinear() {
    StatisticsRequest both =
        NORMS_OF_Q
            .and(HESSIANS_OF_K_AND_DOWN)
            .and(StatisticsRequest.of(List.of(Q), Set.of(ColumnNorms.KIND, Hessian.KIND)));
    assertEquals(
        Map.of(
            Q, Set.of(ColumnNorms.KIND, Hessian.KIND),
            K, Set.of(Hessian.KIND),
            DOWN, Set.of(Hessian.KIND)),
        both.kinds());
    assertEquals(List.of(Q, K, DOWN), new ArrayList<>(both.kinds().keySet()), "in order");
    assertEquals(Map.of(Q, Set.of(ColumnNorms.KIND)), NORMS_OF_Q.kinds(), "unchanged");
    assertEquals(NORMS_OF_Q, NORMS_OF_Q.and(StatisticsRequest.NONE));
    assertEquals(NORMS_OF_Q, StatisticsRequest.NONE.and(NORMS_OF_Q));
  }

  @Test
  void aRequestWithoutKindsIsEmptyAndNeedsNoTap() {
    StatisticsRequest noKinds = StatisticsRequest.of(List.of(Q, DOWN), Set.of());
    assertTrue(StatisticsRequest.NONE.isEmpty());
    assertTrue(noKinds.isEmpty());
    assertTrue(noKinds.and(StatisticsRequest.NONE).isEmpty());
    assertFalse(noKinds.and(NORMS_OF_Q).isEmpty());
    try (Workers workers = Workers.open(1);
        BlockStatistics none = new BlockStatistics(StatisticsRequest.NONE);
        BlockStatistics without = new BlockStatistics(noKinds);
        BlockStatistics some = new BlockStatistics(NORMS_OF_Q)) {
      assertSame(Tap.NONE, none.tap(workers));
      assertSame(Tap.NONE, without.tap(workers));
      assertNotSame(Tap.NONE, some.tap(workers));
      // A strategy without statistics is given an empty object.
      String message = refusal(() -> without.of(Q).get(ColumnNorms.KIND));
      assertTrue(message.contains("no column norms were gathered"), message);
    }
  }

  @Test
  void linearsOfOneInputShareTheUnionOfTheirKinds() {
    try (Workers workers = Workers.open(1);
        BlockStatistics statistics = new BlockStatistics(NORMS_OF_Q.and(HESSIANS_OF_K_AND_DOWN))) {
      Tap tap = statistics.tap(workers);
      pass(tap, "x", 1, 2, 3);
      pass(tap, "h", 1, 0, 0, 0, 5);
      pass(tap, "an input that nobody asked for", 7, 7);
      assertSame(statistics.of(Q), statistics.of(K));
      assertArrayEquals(new double[] {1, 4, 9}, statistics.of(K).get(ColumnNorms.KIND).squared());
      assertEquals(1, statistics.of(Q).get(Hessian.KIND).tokens());
      assertEquals(50, statistics.of(DOWN).get(Hessian.KIND).liveDiagonal(workers)[4]);
      String message = refusal(() -> statistics.of(DOWN).get(ColumnNorms.KIND));
      assertTrue(message.contains("no column norms"), message);
      Linear other = new Linear("up", 5, 3, "y");
      assertTrue(refusal(() -> statistics.of(other)).contains("the input y"));
    }
  }

  @Test
  void mergingAddsTheSequencesOfEveryInput() {
    StatisticsRequest request = NORMS_OF_Q.and(HESSIANS_OF_K_AND_DOWN);
    try (Workers workers = Workers.open(1);
        BlockStatistics one = new BlockStatistics(request);
        BlockStatistics other = new BlockStatistics(request)) {
      pass(one.tap(workers), "x", 1, 2, 3);
      pass(other.tap(workers), "x", 3, 0, 1);
      pass(other.tap(workers), "h", 1, 2, 3, 4, 5);
      one.merge(other);
      assertArrayEquals(new double[] {5, 2, 5}, one.of(Q).get(ColumnNorms.KIND).squared());
      assertEquals(2, one.of(K).get(Hessian.KIND).tokens());
      assertEquals(1, one.of(DOWN).get(Hessian.KIND).tokens());
      assertArrayEquals(new double[] {9, 0, 1}, other.of(Q).get(ColumnNorms.KIND).squared());
    }
  }

  /** Something computed from statistics that remembers being closed. */
  private static final class Factor implements AutoCloseable {
    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void releasingFreesTheStatisticsOfOneInputAndWhatWasDerivedFromThem() {
    INDArray ofH;
    try (Workers workers = Workers.open(1);
        BlockStatistics statistics = new BlockStatistics(HESSIANS_OF_K_AND_DOWN)) {
      pass(statistics.tap(workers), "x", 1, 2, 3);
      pass(statistics.tap(workers), "h", 1, 2, 3, 4, 5);
      INDArray ofX = statistics.of(K).get(Hessian.KIND).matrix(workers).array();
      ofH = statistics.of(DOWN).get(Hessian.KIND).matrix(workers).array();
      Factor derived = statistics.of(K).derived("factor", Factor.class, Factor::new);
      statistics.release(K);
      assertTrue(ofX.wasClosed());
      assertTrue(derived.closed);
      assertThrows(IllegalArgumentException.class, () -> statistics.of(K));
      assertFalse(ofH.wasClosed());
      assertEquals(1, statistics.of(DOWN).get(Hessian.KIND).tokens());
      statistics.release(K); // again: harmless
    }
    assertTrue(ofH.wasClosed());
  }

  @Test
  void aDerivedValueIsComputedOnceForEachKey() {
    List<String> computed = new ArrayList<>();
    List<Factor> factors = new ArrayList<>();
    try (InputStatistics statistics = new InputStatistics(3)) {
      for (String key : List.of("0.01", "0.02", "0.01")) {
        factors.add(
            statistics.derived(
                key,
                Factor.class,
                () -> {
                  computed.add(key);
                  return new Factor();
                }));
      }
      assertEquals(List.of("0.01", "0.02"), computed);
      assertSame(factors.get(0), factors.get(2));
      assertNotSame(factors.get(0), factors.get(1));
      assertTrue(factors.stream().noneMatch(f -> f.closed));
    }
    assertTrue(factors.stream().allMatch(f -> f.closed));
  }

  @Test
  void gatheringAKindAgainKeepsItsSequences() {
    try (Workers workers = Workers.open(1);
        InputStatistics statistics = new InputStatistics(2).gather(Set.of(ColumnNorms.KIND));
        Matrix x = Matrix.zeros(1, 2)) {
      x.write(0, new float[] {3, 4});
      statistics.add(x.array(), workers);
      statistics.gather(List.of(ColumnNorms.KIND));
      assertArrayEquals(new float[] {3, 4}, statistics.get(ColumnNorms.KIND).norms());
    }
  }
}
