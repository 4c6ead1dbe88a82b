package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RotaryTest {
  @Test
  void theFirstDimensionsTurnAndTheOthersStay() {
    Rotary rotary = new Rotary(5, new float[] {0.5f, 2});
    rotary.prepare(4);
    float[] heads = {0, 0, 0, 0, 0, 1, 2, 3, 4, 5};
    rotary.turn(heads, 2, 3, 2f);
    // Two heads; in the second, dimension 0 turns with 2 and 1 with 3, each then doubled.
    float[] expected = {
      0,
      0,
      0,
      0,
      0,
      (float) (2 * (1 * Math.cos(1.5) - 3 * Math.sin(1.5))),
      (float) (2 * (2 * Math.cos(6) - 4 * Math.sin(6))),
      (float) (2 * (3 * Math.cos(1.5) + 1 * Math.sin(1.5))),
      (float) (2 * (4 * Math.cos(6) + 2 * Math.sin(6))),
      10
    };
    assertArrayEquals(expected, heads, 1e-5f); // of values up to 10, in float
  }

  @Test
  void longerSequencesHaveFrequenciesOfTheirOwn() {
    Rotary rotary = new Rotary(2, new float[] {1}, new float[] {0.25f}, 8, 3);
    for (int tokens : new int[] {8, 9, 20, 8, 3}) {
      rotary.prepare(tokens);
      float[] head = {1, 0};
      rotary.turn(head, 1, 2, 1f);
      double angle = tokens > 8 ? 0.5 : 2;
      assertEquals(3 * Math.cos(angle), head[0], 1e-6);
      assertEquals(3 * Math.sin(angle), head[1], 1e-6);
    }
  }

  @Test
  void withoutPositionsHeadsAreOnlyScaled() {
    Rotary rotary = Rotary.none(3);
    rotary.prepare(10);
    float[] heads = {1, 2, 3, 4, 5, 6};
    rotary.turn(heads, 2, 9, 0.5f);
    assertArrayEquals(new float[] {0.5f, 1, 1.5f, 2, 2.5f, 3}, heads);
  }
}
