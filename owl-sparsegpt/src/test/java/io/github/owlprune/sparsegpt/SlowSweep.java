package io.github.owlprune.sparsegpt;

import io.github.owlprune.compress.Sparsity;
import io.github.owlprune.testkit.Layer;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/** The algorithm implemented literally: float64, one weight at a time, H inverted directly. */
final class SlowSweep {
  final double[][] weights;

  /** The score of each weight, and the highest removed score of its group. */
  final double[][] score;

  final double[][] last;

  private final double[][] u;
  private final int n;

  private SlowSweep(Layer layer, double[][] damped) {
    this.n = layer.inputs();
    this.u = factor(damped);
    this.weights = new double[layer.rows()][n];
    this.score = new double[layer.rows()][n];
    this.last = new double[layer.rows()][n];
    for (int r = 0; r < weights.length; r++) {
      for (int j = 0; j < n; j++) {
        weights[r][j] = layer.weights()[r][j];
      }
    }
  }

  /** Computes {@code chol_upper(H⁻¹)} with Commons Math. */
  static double[][] factor(double[][] h) {
    CholeskyDecomposition ofH =
        new CholeskyDecomposition(new Array2DRowRealMatrix(h, false), 1e-9, 1e-300);
    return new CholeskyDecomposition(ofH.getSolver().getInverse(), 1e-6, 1e-300).getLT().getData();
  }

  static SlowSweep of(Layer layer, Sparsity target, int columnBlock, double dampening) {
    SlowSweep sweep = new SlowSweep(layer, layer.hessian(dampening));
    for (int a = 0; a < sweep.n; a += columnBlock) {
      int b = Math.min(a + columnBlock, sweep.n);
      boolean[][] goes = new boolean[layer.rows()][sweep.n];
      if (target instanceof Sparsity.Unstructured) {
        int[] all = IntStream.range(0, layer.rows() * (b - a)).toArray();
        sweep.choose(all, Sparsity.zerosAmong(all.length, target.zeros()), goes, a, b - a);
      }
      for (int j = a; j < b; j++) {
        if (target instanceof Sparsity.NOfM pattern && j % pattern.of() == 0) {
          for (int r = 0; r < layer.rows(); r++) {
            int[] window = IntStream.range(r * pattern.of(), (r + 1) * pattern.of()).toArray();
            sweep.choose(window, pattern.of() - pattern.kept(), goes, j, pattern.of());
          }
        }
        sweep.pass(j, goes);
      }
    }
    return sweep;
  }

  /** Handles positions numbered row by row in columns {@code from … from + width − 1}. */
  private void choose(int[] places, long count, boolean[][] goes, int from, int width) {
    for (int p : places) {
      int j = from + p % width;
      score[p / width][j] = Math.abs(weights[p / width][j]) / u[j][j];
    }
    int[] sorted =
        IntStream.of(places)
            .boxed()
            .sorted(Comparator.comparingDouble(p -> score[p / width][from + p % width]))
            .mapToInt(p -> p)
            .toArray();
    int edge = sorted[(int) Math.max(0, count - 1)];
    double highest = score[edge / width][from + edge % width];
    for (int i = 0; i < sorted.length; i++) {
      goes[sorted[i] / width][from + sorted[i] % width] = i < count;
      last[sorted[i] / width][from + sorted[i] % width] = highest;
    }
  }

  private void pass(int j, boolean[][] goes) {
    for (int r = 0; r < weights.length; r++) {
      if (goes[r][j]) {
        double error = weights[r][j] / u[j][j];
        for (int t = j; t < n; t++) {
          weights[r][t] -= error * u[j][t];
        }
        weights[r][j] = 0;
      }
    }
  }
}
