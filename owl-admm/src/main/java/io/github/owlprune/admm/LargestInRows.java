package io.github.owlprune.admm;

import io.github.owlprune.compress.LowestInRow;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;

/** Selection of the largest values of every row, or of every window, independently per row. */
final class LargestInRows implements Support {
  private final Sparsity target;
  private final int columns;

  LargestInRows(Sparsity target, int columns) {
    this.target = target;
    this.columns = columns;
  }

  @Override
  public void choose(Matrix values, Workers workers) {}

  @Override
  public Keeper keeper() {
    return new InRow();
  }

  private final class InRow implements Keeper {
    private final LowestInRow lowest = new LowestInRow(columns);
    private final float[] scores = new float[columns];
    private final boolean[] goes = new boolean[columns];

    @Override
    public void keep(int row, float[] values, float[] kept) {
      for (int j = 0; j < columns; j++) {
        scores[j] = Math.abs(values[j]);
      }
      try {
        mark();
      } catch (ArithmeticException e) {
        throw new ArithmeticException("row " + row + ": " + e.getMessage());
      }
      for (int j = 0; j < columns; j++) {
        kept[j] = goes[j] ? 0f : values[j];
      }
    }

    private void mark() {
      if (target instanceof Sparsity.NOfM pattern) {
        lowest.mark(scores, pattern, goes);
      } else {
        lowest.mark(scores, (int) Sparsity.zerosAmong(columns, target.zeros()), goes);
      }
    }

    @Override
    public void watch(float[] values) {}
  }
}
