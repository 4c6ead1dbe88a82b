package io.github.owlprune.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.owlprune.allocation.AllocationUnit;
import io.github.owlprune.allocation.Budget;
import io.github.owlprune.allocation.Mapping;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixtureTest {
  @Test
  void aMixtureIsAWeightedSumAroundS() {
    List<AllocationUnit> units =
        List.of(new AllocationUnit("a", 10, 7, 0), new AllocationUnit("b", 10, 7, 0));
    Budget budget = new Budget(0.5, 0.1, Mapping.BOUNDED);
    Profile up = new Profile("up", "", new double[] {-1, 1});
    Profile down = new Profile("down", " x", new double[] {1, -1});
    Mixture mixture = new Mixture(List.of(up, down), new double[] {1, 0.25});
    assertArrayEquals(
        new double[] {0.5 - 0.1 + 0.025, 0.5 + 0.1 - 0.025},
        mixture.rawSparsities(units, budget),
        1e-15,
        "two roundings of values below 1");
    assertEquals("up + 0.25 down x", mixture.name());
    assertEquals("uniform", new Mixture(List.of(), new double[0]).name());
  }
}
