package io.github.owlprune.admm;

import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.model.Workers;
import io.github.owlprune.pruning.InputStatistics;
import io.github.owlprune.pruning.Outcome;
import io.github.owlprune.pruning.OutputError;
import io.github.owlprune.pruning.Pruner;
import io.github.owlprune.pruning.Sparsity;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A weight and the tokens it sees. */
final class Layer {
  final float[][] weights;
  final float[][] tokens;

  Layer(float[][] weights, float[][] tokens) {
    this.weights = weights;
    this.tokens = tokens;
  }

  /** What became of the weights, and what was told of them. */
  static final class Pruned {
    final float[][] weights;
    final Outcome outcome;

    Pruned(float[][] weights, Outcome outcome) {
      this.weights = weights;
      this.outcome = outcome;
    }

    double error() {
      List<OutputError> errors = outcome.outputErrors();
      return errors.get(errors.size() - 1).relative();
    }

    String told() {
      return String.join("; ", outcome.remarks());
    }
  }

  /** Inputs that depend on each other, some louder than others. */
  static Layer random(long seed, int rows, int inputs, int tokens) {
    Random random = new Random(seed);
    float[][] x = new float[tokens][inputs];
    for (float[] row : x) {
      double common = random.nextGaussian();
      double before = 0;
      for (int j = 0; j < inputs; j++) {
        before = 0.6 * before + random.nextGaussian();
        row[j] = (float) ((0.5 * common + before) * (1 + j % 5));
      }
    }
    float[][] w = new float[rows][inputs];
    for (float[] row : w) {
      for (int j = 0; j < inputs; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return new Layer(w, x);
  }

  int inputs() {
    return weights[0].length;
  }

  static Matrix matrix(float[][] values) {
    Matrix m = Matrix.allocate(values.length, values[0].length);
    for (int r = 0; r < values.length; r++) {
      m.write(r, values[r]);
    }
    return m;
  }

  static float[][] values(Matrix m) {
    float[][] values = new float[m.rows()][m.columns()];
    for (int r = 0; r < values.length; r++) {
      m.read(r, values[r]);
    }
    return values;
  }

  static long zeros(float[]... rows) {
    long zeros = 0;
    for (float[] row : rows) {
      zeros +=
          IntStream.range(0, row.length).filter(j -> Float.floatToRawIntBits(row[j]) == 0).count();
    }
    return zeros;
  }

  <S extends InputStatistics> S observe(Pruner<S> pruner, Workers workers) {
    S seen = pruner.observe(inputs());
    try (Matrix x = matrix(tokens)) {
      seen.add(x.array(), workers);
    }
    return seen;
  }

  <S extends InputStatistics> Pruned prune(Pruner<S> pruner, Sparsity target, int threads) {
    try (Workers workers = Workers.open(threads);
        Matrix w = matrix(weights)) {
      S seen = observe(pruner, workers);
      try {
        return prune(pruner, seen, target, w, workers);
      } finally {
        seen.close();
      }
    }
  }

  private static <S extends InputStatistics> Pruned prune(
      Pruner<S> pruner, S seen, Sparsity target, Matrix w, Workers workers) {
    Outcome outcome = pruner.prune(w.array(), seen, target, workers);
    return new Pruned(values(w), outcome);
  }

  /** {@code 2 Σ x xᵀ} in double, with the dampening on its diagonal. */
  double[][] damped(double dampening) {
    int n = inputs();
    double[][] h = new double[n][n];
    for (float[] x : tokens) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          h[i][j] += 2.0 * x[i] * x[j];
        }
      }
    }
    double trace = IntStream.range(0, n).mapToDouble(j -> h[j][j]).sum();
    for (int j = 0; j < n; j++) {
      h[j][j] += dampening * trace / n;
    }
    return h;
  }
}
