package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RotaryTableTest {
  @Test
  void onlyTheFirstDimensionsRotate() {
    RotaryTable table = new RotaryTable(new Rotary(5, new float[] {0.5f, 2}));
    table.prepare(4);
    float[] heads = {0, 0, 0, 0, 0, 1, 2, 3, 4, 5};
    table.rotate(heads, 2, 3, 2f);
    // In the second head, dimensions (0, 2) and (1, 3) rotate; all are then doubled.
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
    assertArrayEquals(expected, heads, 1e-5f); // float32 rounding of values up to 10
  }

  @Test
  void interleavedPairsAreNeighbours() {
    RotaryTable table = new RotaryTable(new Rotary(5, new float[] {0.5f, 2}).interleaved());
    table.prepare(4);
    float[] heads = {0, 0, 0, 0, 0, 1, 2, 3, 4, 5};
    table.rotate(heads, 2, 3, 2f);
    // In the second head, dimensions (0, 1) and (2, 3) rotate; all are then doubled.
    float[] expected = {
      0,
      0,
      0,
      0,
      0,
      (float) (2 * (1 * Math.cos(1.5) - 2 * Math.sin(1.5))),
      (float) (2 * (2 * Math.cos(1.5) + 1 * Math.sin(1.5))),
      (float) (2 * (3 * Math.cos(6) - 4 * Math.sin(6))),
      (float) (2 * (4 * Math.cos(6) + 3 * Math.sin(6))),
      10
    };
    assertArrayEquals(expected, heads, 1e-5f); // float32 rounding of values up to 10
  }

  @Test
  void longSequencesUseTheirOwnFrequencies() {
    RotaryTable table = new RotaryTable(new Rotary(2, new float[] {1}, new float[] {0.25f}, 8, 3));
    for (int tokens : new int[] {8, 9, 20, 8, 3}) {
      table.prepare(tokens);
      float[] head = {1, 0};
      table.rotate(head, 1, 2, 1f);
      double angle = tokens > 8 ? 0.5 : 2;
      assertEquals(3 * Math.cos(angle), head[0], 1e-6);
      assertEquals(3 * Math.sin(angle), head[1], 1e-6);
    }
  }

  @Test
  void headsAreOnlyScaledWithoutFrequencies() {
    RotaryTable table = new RotaryTable(Rotary.none(3));
    table.prepare(10);
    float[] heads = {1, 2, 3, 4, 5, 6};
    table.rotate(heads, 2, 9, 0.5f);
    assertArrayEquals(new float[] {0.5f, 1, 1.5f, 2, 2.5f, 3}, heads);
  }
}
