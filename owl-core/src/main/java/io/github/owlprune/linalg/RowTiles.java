package io.github.owlprune.linalg;

/**
 * A partition of a matrix's rows into tiles of nearly equal size, each the left factor of one
 * task's products.
 *
 * <p>OpenBLAS copies the right factor for every product, which costs about as much as 30 rows, so a
 * tile has up to 288 rows. Tiles are smaller where two workers would get unequal shares, and where
 * rows are long, down to 96 rows, since a worker keeps several copies of its tile. The partition
 * depends only on the shape of the matrix: if it depended on the number of workers, so would the
 * last bits of a product.
 */
public final class RowTiles {
  private static final int MOST_ROWS = 288;
  private static final int FEWEST_ROWS = 96;
  private static final int MOST_FLOATS = 1 << 21;

  private final int rows;
  private final int count;

  /**
   * Partitions the rows of a matrix.
   *
   * @param rows the number of rows, at least 1
   * @param columns the number of columns, at least 1
   * @throws IllegalArgumentException if either is below 1
   */
  public RowTiles(int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "the matrix is " + rows + " x " + columns + "; it must be at least 1 x 1");
    }
    int most = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, MOST_FLOATS / columns));
    int pairs = (rows + 2 * most - 1) / (2 * most);
    this.rows = rows;
    this.count = Math.min(rows, 2 * pairs);
  }

  /**
   * Returns the number of tiles.
   *
   * @return at least 1; an even number unless the matrix has fewer rows than that
   */
  public int count() {
    return count;
  }

  /**
   * Returns the first row of a tile.
   *
   * @param tile the tile's index, from 0 to {@link #count()}, for which the end of the last tile is
   *     returned
   * @return a row index
   */
  public int first(int tile) {
    return (int) ((long) rows * tile / count);
  }

  /**
   * Returns the number of rows of a tile.
   *
   * @param tile the tile's index, from 0
   * @return at least 1
   */
  public int rows(int tile) {
    return first(tile + 1) - first(tile);
  }

  /**
   * Returns the number of rows of the largest tile.
   *
   * @return at least 1
   */
  public int mostRows() {
    return (rows + count - 1) / count;
  }
}
