package io.github.owlprune.admm;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.RowTiles;
import io.github.owlprune.linalg.Workers;
import java.util.Arrays;

/**
 * The splitting {@code min ½ tr((B − W) H (B − W)ᵀ)} subject to {@code B = D} with D sparse (ALPS,
 * arXiv 2406.07831, section 3.2), all in scaled coordinates. With {@code G = W H}, a round is
 *
 * <pre>{@code
 * B = (G − V + ρ D)(H + ρ I)⁻¹
 * D = the largest of Z, where Z = B + V / ρ
 * V = V + ρ (B − D)
 * }</pre>
 *
 * <p>Afterwards V equals {@code ρ (Z − D)}, and D consists of the largest values of Z, so Z is the
 * entire state. A round takes one product of {@code rows · n · n} multiply-adds, in parallel over
 * tiles of rows, and one threshold search. A new ρ costs {@code n³ / 2}.
 */
final class Splitting implements AutoCloseable {
  private final ScaledHessian hessian;
  private final Workers workers;
  private final Matrix gradient; // G
  private final Matrix state; // Z
  private final Matrix inverse;
  private final Support support; // positions of Z that belong to D
  private final boolean[][] stayed; // at the last count of changes
  private final RowTiles tiles;
  private final Chunk[] chunks;
  private double rho; // the ρ of V; 0 while V is zero

  /**
   * Initialises D with the largest values of W, and V with zero.
   *
   * @param weight {@code [rows, n]}, unscaled; not modified
   * @param dead columns that are treated as zero
   * @param target the sparsity of D
   * @param byRow whether every row of D has the same number of zeros
   * @throws ArithmeticException if a weight is NaN or infinite, naming row and column
   */
  Splitting(
      Matrix weight,
      int[] dead,
      ScaledHessian hessian,
      Sparsity target,
      boolean byRow,
      Workers workers) {
    int n = weight.columns();
    this.hessian = hessian;
    this.workers = workers;
    this.gradient = Matrix.allocate(weight.rows(), n);
    this.state = Matrix.allocate(weight.rows(), n);
    this.inverse = Matrix.allocate(n, n);
    this.support = Support.of(target, byRow, weight.rows(), n);
    this.stayed = new boolean[weight.rows()][n];
    this.tiles = new RowTiles(weight.rows(), n);
    this.chunks = new Chunk[Math.min(tiles.count(), workers.threads())];
    for (int c = 0; c < chunks.length; c++) {
      chunks[c] = new Chunk(n);
    }
    try {
      start(weight, dead);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void start(Matrix weight, int[] dead) {
    float[] row = new float[weight.columns()];
    float[] scale = hessian.scale();
    for (int r = 0; r < weight.rows(); r++) {
      weight.read(r, row);
      for (int j = 0; j < row.length; j++) {
        row[j] *= scale[j];
      }
      for (int j : dead) {
        row[j] = 0;
      }
      state.write(r, row);
    }
    support.choose(state, workers);
    hessian.matrix(inverse, workers);
    overTiles(
        (tile, chunk) -> {
          int first = tiles.first(tile);
          multiply(tiles.rows(tile), state, first, gradient, first);
        });
  }

  private void multiply(int count, Matrix left, int row, Matrix out, int to) {
    int n = inverse.columns();
    Gemm.Tile by = new Gemm.Tile(inverse, 0, 0);
    Gemm.ab(count, n, n, new Gemm.Tile(left, row, 0), by, new Gemm.Tile(out, to, 0));
  }

  /** Iterates until the support of D has settled. */
  void run() {
    Penalty penalty = new Penalty(changes(), hessian.low());
    while (!penalty.settled()) {
      double before = rho;
      rho = penalty.rho();
      hessian.inverse(rho, inverse, workers);
      round(before);
      for (int i = 1; i < Penalty.ROUNDS; i++) {
        round(rho);
      }
      penalty.after(changes());
    }
  }

  /** Runs one round; {@code before} is the ρ with which V was computed. */
  private void round(double before) {
    overTiles((tile, chunk) -> chunk.round(tiles.first(tile), tiles.rows(tile), before));
    support.choose(state, workers);
  }

  /**
   * Counts the positions that entered or left the support since the last call, or since the empty
   * support at first. Zero values do not belong to the support.
   */
  private long changes() {
    long[] changes = new long[tiles.count()];
    overTiles((tile, chunk) -> changes[tile] = chunk.changes(tiles.first(tile), tiles.rows(tile)));
    return Arrays.stream(changes).sum();
  }

  /**
   * Writes D.
   *
   * @param weight receives D, unscaled
   */
  void write(Matrix weight) {
    float[] scale = hessian.scale();
    for (int r = 0; r < weight.rows(); r++) {
      float[] row = chunks[0].kept(r);
      for (int j = 0; j < row.length; j++) {
        row[j] = row[j] == 0 ? 0f : row[j] / scale[j];
      }
      weight.write(r, row);
    }
  }

  private interface TileTask {
    void run(int tile, Chunk chunk);
  }

  private void overTiles(TileTask tileTask) {
    workers.run(tiles.count(), (tile, worker) -> tileTask.run(tile, chunks[worker]));
  }

  /** The scratch space of one thread for a tile of rows. */
  private final class Chunk {
    private final Matrix left;
    private final Matrix product;
    private final Support.Keeper keeper = support.keeper();
    private final float[][] v; // divided by the old ρ
    private final float[] g;
    private final float[] z;
    private final float[] d;

    Chunk(int n) {
      this.left = Matrix.allocate(tiles.mostRows(), n);
      this.product = Matrix.allocate(left.rows(), n);
      this.v = new float[left.rows()][n];
      this.g = new float[n];
      this.z = new float[n];
      this.d = new float[n];
    }

    /** Computes {@code Z = (G − V + ρ D)(H + ρ I)⁻¹ + V / ρ}. */
    void round(int first, int count, double before) {
      float old = (float) before;
      float now = (float) rho;
      for (int r = 0; r < count; r++) {
        gradient.read(first + r, g);
        kept(first + r);
        float[] excess = v[r];
        for (int j = 0; j < g.length; j++) {
          excess[j] = z[j] - d[j];
          g[j] += now * d[j] - old * excess[j];
        }
        left.write(r, g);
      }
      multiply(count, left, 0, product, 0);
      float share = (float) (before / rho);
      for (int r = 0; r < count; r++) {
        product.read(r, g);
        float[] excess = v[r];
        for (int j = 0; j < g.length; j++) {
          g[j] += share * excess[j];
        }
        state.write(first + r, g);
        keeper.watch(g);
      }
    }

    /** Returns a row of D. */
    float[] kept(int row) {
      state.read(row, z);
      keeper.keep(row, z, d);
      return d;
    }

    long changes(int first, int count) {
      long changes = 0;
      for (int r = first; r < first + count; r++) {
        kept(r);
        for (int j = 0; j < d.length; j++) {
          boolean stays = d[j] != 0;
          changes += stays == stayed[r][j] ? 0 : 1;
          stayed[r][j] = stays;
        }
      }
      return changes;
    }

    void close() {
      left.close();
      product.close();
    }
  }

  @Override
  public void close() {
    gradient.close();
    state.close();
    inverse.close();
    for (Chunk chunk : chunks) {
      chunk.close();
    }
  }
}
