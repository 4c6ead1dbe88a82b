package io.github.owlprune.compress;

import io.github.owlprune.linalg.Gemm;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.RowTiles;
import io.github.owlprune.linalg.Workers;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * Minimises {@code d (H + c I) dᵀ} for every row {@code d = w − w₀} over the non-zero positions of
 * w, by preconditioned conjugate gradients (Hestenes and Stiefel, 1952) on many rows at once: each
 * row has its own step lengths, and one product serves all rows.
 *
 * <p>In exact arithmetic a step lowers a row's objective by {@code (r·z)² / (p·Hp)} and never
 * raises it. Float32 rounding can break this, so the objective is recomputed at the end, and a row
 * that did not improve keeps its previous weights.
 */
public final class ConjugateGradients {
  /** Relative preconditioned residual at which a row stops; float32 resolves nothing below it. */
  private static final double SOLVED = 1e-12;

  private final Matrix hessian;
  private final double[] diagonal;
  private final float added;

  /**
   * Creates a solver for all weights that read one input.
   *
   * @param hessian H, symmetric {@code [n, n]}
   * @param diagonal the diagonal of H, for the preconditioner; n values above 0
   * @param dampening c as a fraction of the diagonal's mean, at least 0
   */
  public ConjugateGradients(Matrix hessian, double[] diagonal, double dampening) {
    this.hessian = hessian;
    this.diagonal = diagonal;
    double sum = 0;
    for (double d : diagonal) {
      sum += d;
    }
    this.added = (float) (dampening * sum / diagonal.length);
  }

  /**
   * Fits the non-zero weights of {@code w} in place.
   *
   * @param dense w₀, {@code [rows, n]}; not modified
   * @param w the weight to fit, of the same shape; zeros stay zero
   * @param steps the maximum number of steps, at least 1; each costs one product with H, plus two
   *     products overall
   * @param workers the threads to use
   * @return the resulting error of each row, {@code d H dᵀ}
   */
  public double[] fit(Matrix dense, Matrix w, int steps, Workers workers) {
    double[] lost = new double[w.rows()];
    RowTiles tiles = new RowTiles(w.rows(), w.columns());
    workers.run(tiles.count(), (tile, worker) -> fit(dense, w, steps, tiles, tile, lost));
    return lost;
  }

  /**
   * Fits {@code w} like {@link #fit(Matrix, Matrix, int, Workers)}, but abandons it once its
   * projected error exceeds {@code limits}. The projection assumes that every remaining step gains
   * as much as the last one, which is optimistic, since the gain rarely increases.
   *
   * @param dense w₀, {@code [rows, n]}; not modified
   * @param w the weight to fit, of the same shape; zeros stay zero
   * @param steps the maximum number of steps, at least 1
   * @param limits the error to undercut, given per row; only the sum is compared
   * @param workers the threads to use
   * @return the resulting error of each row, or empty if the fit was abandoned, in which case some
   *     rows of {@code w} may have been modified
   */
  public Optional<double[]> fitBelow(
      Matrix dense, Matrix w, int steps, double[] limits, Workers workers) {
    double limit = Arrays.stream(limits).sum();
    double enough = limit * (1 + 1e-9); // tolerates any order of additions
    double[] lost = new double[w.rows()];
    RowTiles tiles = new RowTiles(w.rows(), w.columns());
    boolean[] stopped = new boolean[tiles.count()];
    DoubleAdder known = new DoubleAdder();
    workers.run(
        stopped.length,
        (tile, worker) -> {
          if (known.sum() > enough) {
            return;
          }
          double most = Arrays.stream(limits, tiles.first(tile), tiles.first(tile + 1)).sum();
          known.add(fitOrStop(dense, w, steps, most, tiles, tile, lost, stopped));
        });
    if (known.sum() > enough) {
      return Optional.empty();
    }
    workers.run(
        stopped.length,
        (tile, worker) -> {
          if (stopped[tile]) {
            fit(dense, w, steps, tiles, tile, lost);
          }
        });
    return Optional.of(lost);
  }

  private void fit(Matrix dense, Matrix w, int steps, RowTiles tiles, int tile, double[] lost) {
    try (Rows rows = new Rows(tiles.first(tile), tiles.rows(tile))) {
      rows.start(dense, w);
      for (int s = 0; s < steps && rows.step(); s++) {}
      rows.finish(dense, w, lost);
    }
  }

  /** Returns the rows' error; if stopped, a projection below it that still exceeds {@code most}. */
  private double fitOrStop(
      Matrix dense,
      Matrix w,
      int steps,
      double most,
      RowTiles tiles,
      int tile,
      double[] lost,
      boolean[] stopped) {
    try (Rows rows = new Rows(tiles.first(tile), tiles.rows(tile))) {
      rows.start(dense, w);
      for (int s = 0; s < steps && rows.step(); s++) {
        double hoped = rows.hopedFor(steps - 1 - s);
        if (hoped > most) {
          stopped[tile] = true;
          return hoped;
        }
      }
      return rows.finish(dense, w, lost);
    }
  }

  /** A tile of rows with the scratch space of their iteration. */
  private final class Rows implements AutoCloseable {
    private final int first;
    private final int n = hessian.columns();
    private final Matrix direction;
    private final Matrix product;
    private final float[][] d;
    private final float[][] residual;
    private final float[][] inverse; // of the diagonal where a weight is kept, otherwise 0
    private final double[] descent; // r · z
    private final double[] solved;
    private final double[] objective; // at the start
    private final double[] undamped; // at the start, d · Hd
    private final double[] reached; // current estimate
    private final double[] gained; // in the last step
    private final float[] p = new float[n];
    private final float[] hp = new float[n];

    Rows(int first, int count) {
      this.first = first;
      this.direction = Matrix.allocate(count, n);
      this.product = Matrix.allocate(count, n);
      this.d = new float[count][n];
      this.residual = new float[count][n];
      this.inverse = new float[count][n];
      this.descent = new double[count];
      this.solved = new double[count];
      this.objective = new double[count];
      this.undamped = new double[count];
      this.reached = new double[count];
      this.gained = new double[count];
    }

    private void multiply() {
      Gemm.Tile h = new Gemm.Tile(hessian, 0, 0);
      Gemm.ab(d.length, n, n, new Gemm.Tile(direction, 0, 0), h, new Gemm.Tile(product, 0, 0));
    }

    /** Sets {@code hp} to {@code (H + c I)} times the row of {@code direction} in {@code p}. */
    private void readProduct(int r) {
      direction.read(r, p);
      product.read(r, hp);
      for (int j = 0; j < n; j++) {
        hp[j] += added * p[j];
      }
    }

    void start(Matrix dense, Matrix w) {
      for (int r = 0; r < d.length; r++) {
        w.read(first + r, d[r]);
        dense.read(first + r, p);
        for (int j = 0; j < n; j++) {
          inverse[r][j] = d[r][j] == 0 ? 0 : (float) (1 / (diagonal[j] + added));
          d[r][j] -= p[j];
        }
        direction.write(r, d[r]);
      }
      multiply();
      for (int r = 0; r < d.length; r++) {
        readProduct(r);
        objective[r] = dot(d[r], hp);
        undamped[r] = objective[r] - added * dot(d[r], d[r]);
        reached[r] = objective[r];
        for (int j = 0; j < n; j++) {
          residual[r][j] = -hp[j];
          p[j] = residual[r][j] * inverse[r][j];
        }
        descent[r] = dot(residual[r], p);
        solved[r] = descent[r] * SOLVED;
        direction.write(r, p);
      }
    }

    /** Advances every unconverged row by one step; returns false if there are none. */
    boolean step() {
      boolean any = false;
      for (int r = 0; r < d.length; r++) {
        any |= descent[r] > solved[r];
      }
      if (!any) {
        return false;
      }
      multiply();
      for (int r = 0; r < d.length; r++) {
        gained[r] = 0;
        if (descent[r] > solved[r]) {
          step(r);
        }
      }
      return true;
    }

    private void step(int r) {
      readProduct(r);
      double curvature = dot(p, hp);
      if (!(curvature > 0)) {
        descent[r] = 0;
        return;
      }
      gained[r] = descent[r] / curvature * descent[r];
      reached[r] -= gained[r];
      float length = (float) (descent[r] / curvature);
      float[] x = d[r];
      float[] left = residual[r];
      float[] scale = inverse[r];
      for (int j = 0; j < n; j++) {
        x[j] += length * p[j];
        left[j] -= length * hp[j];
        hp[j] = left[j] * scale[j];
      }
      double next = dot(left, hp);
      float turn = (float) (next / descent[r]);
      for (int j = 0; j < n; j++) {
        p[j] = hp[j] + turn * p[j];
      }
      descent[r] = next;
      direction.write(r, p);
    }

    /** Projects the total error, assuming every remaining step gains as much as the last. */
    double hopedFor(int left) {
      double sum = 0;
      for (int r = 0; r < d.length; r++) {
        double hoped = reached[r] - left * gained[r] - added * dot(d[r], d[r]);
        sum += Math.max(0, hoped);
      }
      return sum;
    }

    /**
     * Writes the rows that improved. Computing the true objective costs one more product.
     *
     * @param lost receives the error of each row
     * @return the sum over the rows
     */
    double finish(Matrix dense, Matrix w, double[] lost) {
      for (int r = 0; r < d.length; r++) {
        direction.write(r, d[r]);
      }
      multiply();
      double sum = 0;
      for (int r = 0; r < d.length; r++) {
        readProduct(r);
        double now = dot(p, hp);
        double left = undamped[r];
        if (now < objective[r]) {
          left = now - added * dot(p, p);
          dense.read(first + r, hp);
          for (int j = 0; j < n; j++) {
            hp[j] = inverse[r][j] == 0 ? 0f : hp[j] + d[r][j];
          }
          w.write(first + r, hp);
        }
        lost[first + r] = Math.max(0, left);
        sum += lost[first + r];
      }
      return sum;
    }

    @Override
    public void close() {
      direction.close();
      product.close();
    }
  }

  /** Computes a dot product in double, with four accumulators. */
  private static double dot(float[] a, float[] b) {
    double s = 0;
    double t = 0;
    double u = 0;
    double v = 0;
    int j = 0;
    for (; j + 3 < a.length; j += 4) {
      s += (double) a[j] * b[j];
      t += (double) a[j + 1] * b[j + 1];
      u += (double) a[j + 2] * b[j + 2];
      v += (double) a[j + 3] * b[j + 3];
    }
    for (; j < a.length; j++) {
      s += (double) a[j] * b[j];
    }
    return (s + t) + (u + v);
  }
}
