package io.github.owlprune.compress;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.RowTiles;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.statistics.Hessian;

/**
 * Computes the output error of a pruned weight on the calibration tokens from the Hessian alone:
 * {@code ½ · sequences · tr(D H Dᵀ) = ‖DX‖²_F}, so the tokens are not processed again. Only the
 * upper triangle of H is multiplied, which halves the cost of a full product.
 */
public final class OutputErrors {
  private static final int COLUMNS = 256;

  private final Matrix hessian;
  private final Matrix dense;
  private final Workers workers;
  private final double whole;

  /**
   * Prepares the error measurement of one weight.
   *
   * @param hessian the Hessian of its input
   * @param dense the dense weight, {@code [outputs, inputs]}; read at each call, not copied
   * @param workers the threads to use
   */
  public OutputErrors(Hessian hessian, Matrix dense, Workers workers) {
    this.hessian = hessian.matrix(workers);
    this.dense = dense;
    this.workers = workers;
    this.whole = energy(dense::read);
  }

  /**
   * Computes the error of the mask alone: zeros as in {@code pruned}, all other weights dense.
   *
   * @param pruned a weight of the same shape as the dense one
   * @return the error after {@code mask}
   */
  public OutputError afterMask(Matrix pruned) {
    return error(
        "mask",
        (r, d) -> {
          float[] now = new float[d.length];
          dense.read(r, d);
          pruned.read(r, now);
          for (int j = 0; j < d.length; j++) {
            d[j] = now[j] == 0 ? d[j] : 0;
          }
        });
  }

  /**
   * Computes the error of the pruned weight in its present state.
   *
   * @param step the name of the step that produced it
   * @param pruned a weight of the same shape as the dense one
   * @return the error after {@code step}
   */
  public OutputError after(String step, Matrix pruned) {
    return error(
        step,
        (r, d) -> {
          float[] now = new float[d.length];
          dense.read(r, d);
          pruned.read(r, now);
          for (int j = 0; j < d.length; j++) {
            d[j] -= now[j];
          }
        });
  }

  /** Computes a row of D. */
  private interface RowSource {
    void row(int row, float[] into);
  }

  /** Computes {@code ‖(W − Ŵ)X‖ / ‖WX‖} from the squared norms; 0 if the numerator is 0. */
  private OutputError error(String step, RowSource difference) {
    double lost = energy(difference);
    return new OutputError(step, lost <= 0 ? 0 : Math.sqrt(lost / whole));
  }

  /**
   * Converts a relative error to an absolute one.
   *
   * @param relative the relative error
   * @return {@code tr(D H Dᵀ)}
   */
  public double energy(double relative) {
    return relative * relative * whole;
  }

  /** Computes {@code tr(D H Dᵀ)}, summed in row order. */
  private double energy(RowSource source) {
    int n = hessian.columns();
    double[] energies = new double[dense.rows()];
    RowTiles tiles = new RowTiles(energies.length, n);
    workers.run(
        tiles.count(),
        (tile, worker) -> {
          int first = tiles.first(tile);
          int count = tiles.rows(tile);
          float[][] d = new float[count][n];
          try (Matrix left = Matrix.allocate(count, n);
              Matrix product = Matrix.allocate(count, Math.min(COLUMNS, n))) {
            for (int r = 0; r < count; r++) {
              source.row(first + r, d[r]);
              left.write(r, d[r]);
            }
            addTriangle(d, left, product, energies, first);
          }
        });
    double sum = 0;
    for (double energy : energies) {
      sum += energy;
    }
    return sum;
  }

  /** Adds {@code Σ_J D_J · (H_JJ D_J + 2 H_J,before D_before)} over the column panels J. */
  private void addTriangle(float[][] d, Matrix left, Matrix product, double[] energies, int first) {
    int n = hessian.columns();
    float[] y = new float[product.columns()];
    for (int from = 0; from < n; from += COLUMNS) {
      int width = Math.min(COLUMNS, n - from);
      Gemm.Tile out = new Gemm.Tile(product, 0, 0);
      Gemm.Tile own = new Gemm.Tile(hessian, from, from);
      Gemm.ab(d.length, width, width, new Gemm.Tile(left, 0, from), own, out);
      addDots(d, product, y, from, width, 1, energies, first);
      if (from > 0) {
        Gemm.Tile above = new Gemm.Tile(hessian, 0, from);
        Gemm.ab(d.length, width, from, new Gemm.Tile(left, 0, 0), above, out);
        addDots(d, product, y, from, width, 2, energies, first);
      }
    }
  }

  private static void addDots(
      float[][] d,
      Matrix product,
      float[] y,
      int from,
      int width,
      double factor,
      double[] energies,
      int first) {
    for (int r = 0; r < d.length; r++) {
      product.read(r, y, width);
      double dot = 0;
      for (int j = 0; j < width; j++) {
        dot += (double) d[r][from + j] * y[j];
      }
      energies[first + r] += factor * dot;
    }
  }
}
