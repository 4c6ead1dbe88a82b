package io.github.owlprune.admm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PenaltyTest {
  @ParameterizedTest
  @CsvSource({"0.02, 0.02", "0.5, 0.1", "1e-6, 0.001"})
  void beginsAtTheLowEigenvalueWithinItsBounds(double low, double first) {
    assertEquals(first, new Penalty(1000, low).rho());
  }

  @ParameterizedTest
  @CsvSource({"100, 1.3", "99, 1.2", "5, 1.2", "4, 1.1", "0, 1.1"})
  void growsFasterWhileManyPositionsChange(long changes, double growth) {
    Penalty penalty = new Penalty(1000, 0.1);
    penalty.after(changes);
    assertEquals(0.1 * growth, penalty.rho());
  }

  @Test
  void settlesWhenFewPositionsChangeButNotBeforeThirtyRounds() {
    Penalty penalty = new Penalty(10_000, 0.1);
    for (int rounds = Penalty.ROUNDS; rounds < 30; rounds += Penalty.ROUNDS) {
      penalty.after(0);
      assertFalse(penalty.settled());
    }
    penalty.after(10);
    assertFalse(penalty.settled());
    penalty.after(9);
    assertTrue(penalty.settled());
  }
}
