package io.github.owlprune.sparsegpt;

import io.github.owlprune.compress.LowestInMatrix;
import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import org.jspecify.annotations.Nullable;

/**
 * SparseGPT's in-place sweep over the columns of a weight, one block of columns at a time. For each
 * block, the weights to remove are selected over all rows. The rows are then swept through the
 * block independently and in parallel, and the updates of the columns to the right of the block are
 * one product. These products account for almost all of the {@code rows · inputs² / 2}
 * multiply-adds.
 */
final class Sweep {
  private static final int ROWS_PER_TASK = 128;

  private final Matrix w;
  private final Matrix u;
  private final Sparsity target;
  private final int columnBlock;
  private final Workers workers;

  /** The block's columns of all rows; each is read and written once per block. */
  private final float[][] block;

  /**
   * Prepares the sweep of a weight.
   *
   * @param w {@code [rows, inputs]}
   * @param u upper triangular {@code [inputs, inputs]}, {@code (H + dampening)⁻¹ = Uᵀ U}
   * @param target the sparsity to reach
   * @param columnBlock the number of columns per block, rounded up to a multiple of a pattern's
   *     width
   * @param workers the threads to use
   */
  Sweep(Matrix w, Matrix u, Sparsity target, int columnBlock, Workers workers) {
    this.w = w;
    this.u = u;
    this.target = target;
    this.workers = workers;
    int step = target instanceof Sparsity.NOfM pattern ? pattern.of() : 1;
    long whole = (columnBlock + step - 1L) / step * step;
    this.columnBlock = (int) Math.min(w.columns(), whole);
    this.block = new float[w.rows()][this.columnBlock];
  }

  /** Zeroes whole columns, those of dead inputs. */
  void zeroColumns(int[] columns) {
    float[] zero = new float[1];
    for (int j : columns) {
      for (int r = 0; r < w.rows(); r++) {
        w.write(r, j, zero, 1);
      }
    }
  }

  /**
   * Prunes the weight.
   *
   * @return {@code Σ ((w − q) / U_jj)²} over all weights, where w is the value before and q the
   *     value after pruning
   * @throws ArithmeticException if a weight is NaN or infinite, naming row and column
   */
  double run() {
    requireFinite();
    double[] losses = new double[w.rows()];
    Chunk[] chunks = new Chunk[Math.min(tasks(), workers.threads())];
    try {
      for (int c = 0; c < chunks.length; c++) {
        chunks[c] = new Chunk(new ColumnSweep(columnBlock, target));
      }
      for (int from = 0; from < w.columns(); from += columnBlock) {
        int width = Math.min(columnBlock, w.columns() - from);
        try {
          sweepBlock(new FactorBlock(u, from, width), chunks, losses);
        } catch (ArithmeticException e) {
          throw new ArithmeticException("in the columns from " + from + ": " + e.getMessage());
        }
      }
    } finally {
      for (Chunk chunk : chunks) {
        if (chunk != null) {
          chunk.errors.close();
        }
      }
    }
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum;
  }

  private void sweepBlock(FactorBlock factor, Chunk[] chunks, double[] losses) {
    workers.run(tasks(), (task, worker) -> read(task, factor));
    LowestInMatrix.Cut cut = target instanceof Sparsity.NOfM ? null : lowest(factor);
    workers.run(
        tasks(),
        (task, worker) -> {
          int first = task * ROWS_PER_TASK;
          int count = Math.min(ROWS_PER_TASK, w.rows() - first);
          chunks[worker].sweep(first, count, factor, cut, losses);
        });
  }

  private void read(int task, FactorBlock factor) {
    int end = Math.min((task + 1) * ROWS_PER_TASK, w.rows());
    for (int r = task * ROWS_PER_TASK; r < end; r++) {
      w.read(r, factor.from, block[r], factor.width);
    }
  }

  private LowestInMatrix.Cut lowest(FactorBlock factor) {
    long count = Sparsity.zerosAmong((long) w.rows() * factor.width, target.zeros());
    LowestInMatrix.RowScores scores = (r, into) -> factor.score(block[r], into);
    return new LowestInMatrix(w.rows(), factor.width, scores, workers).lowest(count);
  }

  private int tasks() {
    return (w.rows() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
  }

  private void requireFinite() {
    workers.run(
        tasks(),
        (task, worker) -> {
          float[] row = new float[w.columns()];
          int end = Math.min((task + 1) * ROWS_PER_TASK, w.rows());
          for (int r = task * ROWS_PER_TASK; r < end; r++) {
            w.read(r, row);
            requireFinite(row, r);
          }
        });
  }

  private static void requireFinite(float[] row, int r) {
    for (int j = 0; j < row.length; j++) {
      if (!Float.isFinite(row[j])) {
        throw new ArithmeticException("the weight in row " + r + ", column " + j + " is " + row[j]);
      }
    }
  }

  /** The scratch space of one thread for a chunk of rows. */
  private final class Chunk {
    private final Matrix errors = Matrix.allocate(ROWS_PER_TASK, columnBlock);
    private final ColumnSweep columns;
    private final float[] scores = new float[columnBlock];

    Chunk(ColumnSweep columns) {
      this.columns = columns;
    }

    void sweep(
        int first,
        int count,
        FactorBlock factor,
        LowestInMatrix.@Nullable Cut cut,
        double[] losses) {
      for (int r = 0; r < count; r++) {
        float[] row = block[first + r];
        if (cut != null) {
          factor.score(row, scores);
          cut.mark(first + r, scores, columns.goes);
        }
        losses[first + r] += columns.sweep(row, factor);
        w.write(first + r, factor.from, row, factor.width);
        errors.write(r, columns.errors, factor.width);
      }
      int right = factor.from + factor.width;
      if (right < w.columns()) {
        Gemm.subtractAb(
            count,
            w.columns() - right,
            factor.width,
            new Gemm.Tile(errors, 0, 0),
            new Gemm.Tile(u, factor.from, right),
            new Gemm.Tile(w, first, right));
      }
    }
  }
}
