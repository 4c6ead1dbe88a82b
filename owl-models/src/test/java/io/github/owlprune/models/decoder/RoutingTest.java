package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.linalg.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final Projection NO_LOGITS = new DenseProjection(Matrix.zeros(1, 1), null);

  private static Routing routed(float[][] probabilities, int active, boolean normalized) {
    int experts = probabilities[0].length;
    Routing routing = new Routing(probabilities.length * active, experts);
    routing.prepare(active);
    Router router = new Router(NO_LOGITS, active, normalized);
    for (int t = 0; t < probabilities.length; t++) {
      router.choose(probabilities[t], experts, routing, t);
    }
    routing.group(probabilities.length);
    return routing;
  }

  /** Few distinct values, so that there are ties. */
  private static float[][] probabilities(int tokens, int experts, long seed) {
    Random random = new Random(seed);
    float[][] probabilities = new float[tokens][experts];
    for (float[] row : probabilities) {
      for (int e = 0; e < experts; e++) {
        row[e] = (1 + random.nextInt(4)) / 8f;
      }
    }
    return probabilities;
  }

  @Property(tries = 200)
  void aTokenPassesItsMostProbableExperts(
      @ForAll @IntRange(min = 1, max = 30) int tokens,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @IntRange(min = 1, max = 9) int most,
      @ForAll long seed) {
    int active = Math.min(most, experts);
    float[][] probabilities = probabilities(tokens, experts, seed);
    Routing routing = routed(probabilities, active, false);
    for (int t = 0; t < tokens; t++) {
      float[] row = probabilities[t];
      List<Integer> expected =
          IntStream.range(0, experts)
              .boxed()
              .sorted((a, b) -> row[a] == row[b] ? a - b : Float.compare(row[b], row[a]))
              .limit(active)
              .sorted()
              .toList();
      for (int i = 0; i < active; i++) {
        assertEquals(expected.get(i), routing.expert(t, i));
        assertEquals(row[routing.expert(t, i)], routing.weight(t, i));
      }
    }
  }

  @Property(tries = 200)
  void rowsAreGroupedByExpertAndThenByToken(
      @ForAll @IntRange(min = 1, max = 30) int tokens,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @IntRange(min = 1, max = 9) int most,
      @ForAll long seed) {
    int active = Math.min(most, experts);
    Routing routing = routed(probabilities(tokens, experts, seed), active, false);
    int next = 0;
    for (int e = 0; e < experts; e++) {
      assertEquals(next, routing.firstRow(e));
      int rows = 0;
      for (int t = 0; t < tokens; t++) {
        for (int i = 0; i < active; i++) {
          if (routing.expert(t, i) == e) {
            assertEquals(next + rows, routing.row(t, i));
            assertEquals(t, routing.token(next + rows));
            rows++;
          }
        }
      }
      assertEquals(rows, routing.rows(e));
      next += rows;
    }
    assertEquals(tokens * active, next);
  }

  @Test
  void normalizedWeightsAreSharesOfTheirSum() {
    Routing routing = routed(new float[][] {{0.5f, 0.1f, 0.25f, 0.15f}}, 2, true);
    assertEquals(0.5f / 0.75f, routing.weight(0, 0));
    assertEquals(0.25f / 0.75f, routing.weight(0, 1));
  }

  /** States that overflow are reported where they are judged, so they must get that far. */
  @Test
  void aTokenWithoutFiniteProbabilitiesStillPassesDistinctExperts() {
    float[] nan = new float[4];
    Arrays.fill(nan, Float.NaN);
    Routing routing = routed(new float[][] {nan, {Float.NaN, 0, 1, Float.NaN}}, 3, true);
    for (int t = 0; t < 2; t++) {
      int token = t;
      assertEquals(3, IntStream.range(0, 3).map(i -> routing.expert(token, i)).distinct().count());
    }
    assertTrue(Float.isNaN(routing.weight(0, 0)));
  }
}
