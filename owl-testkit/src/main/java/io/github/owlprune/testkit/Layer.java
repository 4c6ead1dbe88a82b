package io.github.owlprune.testkit;

import io.github.owlprune.compress.Compressor;
import io.github.owlprune.compress.Outcome;
import io.github.owlprune.compress.Target;
import io.github.owlprune.linalg.Matrix;
import io.github.owlprune.linalg.Workers;
import io.github.owlprune.model.Replacement;
import io.github.owlprune.statistics.InputStatistics;
import java.util.Random;
import java.util.stream.IntStream;

/** The weight of a linear and the input tokens it is calibrated with, for tests of strategies. */
public final class Layer {
  private static final int OUTLIER_PERIOD = 97;
  private static final int OUTLIER_MAGNITUDE = 20;

  private final float[][] weights;
  private final float[][] tokens;

  /**
   * Wraps arrays; nothing is copied.
   *
   * @param weights {@code [rows][inputs]}
   * @param tokens {@code [tokens][inputs]}
   */
  public Layer(float[][] weights, float[][] tokens) {
    this.weights = weights;
    this.tokens = tokens;
  }

  /**
   * Creates a normal weight and correlated inputs of different magnitudes.
   *
   * @param seed equal seeds yield equal layers
   * @param rows the weight's rows
   * @param inputs the weight's columns
   * @param tokens the number of tokens
   * @return a layer without zeros or ties
   */
  public static Layer random(long seed, int rows, int inputs, int tokens) {
    return random(seed, rows, inputs, tokens, 0);
  }

  /**
   * Creates a layer like {@link #random}, in which the magnitude of the first of every 97 inputs is
   * 21 to 25, and not 1 to 5, as in trained language models.
   *
   * @param seed equal seeds yield equal layers
   * @param rows the weight's rows
   * @param inputs the weight's columns
   * @param tokens the number of tokens
   * @return a layer without zeros or ties
   */
  public static Layer randomWithOutliers(long seed, int rows, int inputs, int tokens) {
    return random(seed, rows, inputs, tokens, OUTLIER_MAGNITUDE);
  }

  private static Layer random(long seed, int rows, int inputs, int tokens, int outlier) {
    Random random = new Random(seed);
    float[][] x = new float[tokens][inputs];
    for (float[] row : x) {
      double common = random.nextGaussian();
      double before = 0;
      for (int j = 0; j < inputs; j++) {
        before = 0.6 * before + random.nextGaussian();
        int magnitude = 1 + j % 5 + (j % OUTLIER_PERIOD == 0 ? outlier : 0);
        row[j] = (float) ((0.5 * common + before) * magnitude);
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

  /**
   * Returns the dense weight.
   *
   * @return the array itself, {@code [rows][inputs]}
   */
  public float[][] weights() {
    return weights;
  }

  /**
   * Returns the tokens.
   *
   * @return the array itself, {@code [tokens][inputs]}
   */
  public float[][] tokens() {
    return tokens;
  }

  /**
   * Returns the number of rows of the weight.
   *
   * @return at least 1
   */
  public int rows() {
    return weights.length;
  }

  /**
   * Returns the number of columns of the weight.
   *
   * @return at least 1
   */
  public int inputs() {
    return weights[0].length;
  }

  /**
   * Gathers the statistics that a strategy needs, with all tokens as one sequence.
   *
   * @param compressor the strategy
   * @param workers the threads to use
   * @return statistics that the caller closes
   */
  public InputStatistics observe(Compressor compressor, Workers workers) {
    InputStatistics seen = new InputStatistics(inputs()).gather(compressor.statistics());
    addTo(seen, workers);
    return seen;
  }

  /**
   * Adds the tokens to statistics, as one sequence.
   *
   * @param seen statistics of as many inputs
   * @param workers the threads to use
   */
  public void addTo(InputStatistics seen, Workers workers) {
    try (Matrix x = Matrices.of(tokens)) {
      seen.add(x.array(), workers);
    }
  }

  /**
   * Compresses a copy of the weight.
   *
   * @param compressor the strategy
   * @param target what to reach
   * @param threads the number of threads
   * @return the compressed weight; this layer does not change
   */
  public Compressed compress(Compressor compressor, Target target, int threads) {
    try (Workers workers = Workers.open(threads);
        InputStatistics seen = observe(compressor, workers)) {
      return compress(compressor, seen, target, workers);
    }
  }

  /**
   * Compresses a copy of the weight.
   *
   * @param compressor the strategy
   * @param seen the statistics to give to the strategy
   * @param target what to reach
   * @param workers the threads to use
   * @return the compressed weight; this layer does not change
   */
  public Compressed compress(
      Compressor compressor, InputStatistics seen, Target target, Workers workers) {
    try (Matrix weight = Matrices.of(weights)) {
      Outcome outcome = compressor.compress(weight.array(), seen, target, workers);
      Replacement replacement = outcome.replacement();
      if (replacement != null) {
        replacement.writeDense(weight.array());
      }
      return new Compressed(Matrices.values(weight), outcome);
    }
  }

  /**
   * Computes {@code 2 Σ x xᵀ + δ mean(diag) I} in double, the slow and obvious way.
   *
   * @param dampening δ
   * @return the dampened Hessian of one sequence, {@code [inputs][inputs]}
   */
  public double[][] hessian(double dampening) {
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

  /**
   * Computes the relative error of the output, {@code ‖(W − Ŵ)X‖_F / ‖WX‖_F}, token by token in
   * double.
   *
   * @param compressed Ŵ, {@code [rows][inputs]}
   * @return at least 0
   */
  public double outputError(float[][] compressed) {
    double lost = 0;
    double whole = 0;
    for (float[] x : tokens) {
      for (int r = 0; r < rows(); r++) {
        double y = 0;
        double now = 0;
        for (int j = 0; j < x.length; j++) {
          y += (double) weights[r][j] * x[j];
          now += (double) compressed[r][j] * x[j];
        }
        whole += y * y;
        lost += (y - now) * (y - now);
      }
    }
    return Math.sqrt(lost / whole);
  }
}
