package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RowTilesTest {
  @Property
  void differByAtMostOneRowAndSplitEvenlyBetweenTwoWorkers(
      @ForAll @IntRange(min = 1, max = 300_000) int rows,
      @ForAll @IntRange(min = 1, max = 100_000) int columns) {
    RowTiles tiles = new RowTiles(rows, columns);
    int end = 0;
    for (int t = 0; t < tiles.count(); t++) {
      assertEquals(end, tiles.first(t));
      assertTrue(tiles.rows(t) == tiles.mostRows() || tiles.rows(t) == tiles.mostRows() - 1);
      assertTrue(tiles.rows(t) > 0);
      end += tiles.rows(t);
    }
    assertEquals(rows, end);
    assertTrue(tiles.count() % 2 == 0 || tiles.count() == rows);
    assertTrue(tiles.mostRows() <= 96 || (long) tiles.mostRows() * columns <= 1 << 21);
    assertTrue(tiles.mostRows() <= 288);
  }

  @Test
  void areAsLargeAsAllowed() {
    assertEquals(2, new RowTiles(576, 576).count());
    assertEquals(4, new RowTiles(577, 576).count());
    assertEquals(256, new RowTiles(4096, 4096).mostRows());
    assertEquals(94, new RowTiles(4096, 28672).mostRows(), "44 tiles of at most 96");
  }

  @Test
  void anEmptyMatrixIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RowTiles(0, 5));
    assertThrows(IllegalArgumentException.class, () -> new RowTiles(5, 0));
  }
}
