package io.github.owlprune.linalg;

/**
 * A matrix's rows in tiles of nearly equal size, each the left factor of a task's products.
 *
 * <p>OpenBLAS copies the right factor for every product, which costs as much as some 30 rows; so a
 * tile has up to 288. It is smaller where two workers would have unequal shares, and where its rows
 * are long, down to 96, since a worker keeps several copies of it. The tiles depend on the matrix
 * alone: with the number of workers the last bits of a product would change.
 */
public final class RowTiles {
  private static final int MOST_ROWS = 288;
  private static final int FEWEST_ROWS = 96;
  private static final int MOST_FLOATS = 1 << 21;

  private final int rows;
  private final int count;

  /**
   * Of a matrix.
   *
   * @param rows its rows, at least 1
   * @param columns its columns, at least 1
   * @throws IllegalArgumentException if there is none
   */
  public RowTiles(int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + " x " + columns + " was given; both must be at least 1");
    }
    int most = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, MOST_FLOATS / columns));
    int pairs = (rows + 2 * most - 1) / (2 * most);
    this.rows = rows;
    this.count = Math.min(rows, 2 * pairs);
  }

  /**
   * How many tiles there are.
   *
   * @return at least 1; even if there are as many rows
   */
  public int count() {
    return count;
  }

  /**
   * Where a tile begins.
   *
   * @param tile its number, from 0 to {@link #count()}, which is where the last one ends
   * @return a row
   */
  public int first(int tile) {
    return (int) ((long) rows * tile / count);
  }

  /**
   * How many rows a tile has.
   *
   * @param tile its number, from 0 on
   * @return at least 1
   */
  public int rows(int tile) {
    return first(tile + 1) - first(tile);
  }

  /**
   * How many rows the largest tile has.
   *
   * @return at least 1
   */
  public int mostRows() {
    return (rows + count - 1) / count;
  }
}
