package io.github.owlprune.examples;

import static io.github.owlprune.examples.VisionTransformer.HEAD;
import static io.github.owlprune.examples.VisionTransformer.PATCH;
import static io.github.owlprune.examples.VisionTransformer.SIDE;
import static io.github.owlprune.examples.VisionTransformer.TOKENS;
import static io.github.owlprune.examples.VisionTransformer.WIDTH;

import io.github.owlprune.examples.VisionTransformer.Encoder;
import io.github.owlprune.examples.VisionTransformer.LayerNorm;
import io.github.owlprune.model.Linear;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The forward pass of a {@link VisionTransformer} in plain loops over doubles. */
final class SlowVisionTransformer {
  private final VisionTransformer model;

  SlowVisionTransformer(VisionTransformer model) {
    this.model = model;
  }

  double[] logits(float[] image) {
    double[][] z = embed(image);
    for (Encoder encoder : model.blocks()) {
      add(z, attention(encoder, norm(encoder.attentionNorm, z)));
      add(z, mlp(encoder, norm(encoder.mlpNorm, z)));
    }
    double[][] y = {norm(model.norm, z)[0]};
    return product(y, model.classifier.toDoubleMatrix())[0];
  }

  private double[][] embed(float[] image) {
    double[][] patches = new double[TOKENS - 1][PATCH * PATCH];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int patch = y / PATCH * (SIDE / PATCH) + x / PATCH;
        patches[patch][y % PATCH * PATCH + x % PATCH] = image[y * SIDE + x];
      }
    }
    double[][] z = new double[TOKENS][];
    z[0] = model.classToken.toDoubleMatrix()[0];
    System.arraycopy(product(patches, model.projection.toDoubleMatrix()), 0, z, 1, TOKENS - 1);
    add(z, model.positions.toDoubleMatrix());
    return z;
  }

  private static void add(double[][] z, double[][] change) {
    for (int t = 0; t < z.length; t++) {
      for (int j = 0; j < z[t].length; j++) {
        z[t][j] += change[t][j];
      }
    }
  }

  /** Computes {@code y = x Wᵀ}. */
  private static double[][] product(double[][] x, double[][] w) {
    double[][] y = new double[x.length][w.length];
    for (int t = 0; t < x.length; t++) {
      for (int r = 0; r < w.length; r++) {
        for (int j = 0; j < w[r].length; j++) {
          y[t][r] += x[t][j] * w[r][j];
        }
      }
    }
    return y;
  }

  private static double[][] apply(Encoder encoder, Linear linear, double[][] x) {
    INDArray weight = Objects.requireNonNull(encoder.weights.get(linear));
    INDArray bias = Objects.requireNonNull(encoder.biases.get(linear));
    double[][] y = product(x, weight.toDoubleMatrix());
    for (double[] row : y) {
      add(new double[][] {row}, bias.toDoubleMatrix());
    }
    return y;
  }

  private static double[][] norm(LayerNorm norm, double[][] z) {
    double[] gain = norm.gain.toDoubleMatrix()[0];
    double[] bias = norm.bias.toDoubleMatrix()[0];
    double[][] y = new double[z.length][WIDTH];
    for (int t = 0; t < z.length; t++) {
      double mean = 0;
      double variance = 0;
      for (double value : z[t]) {
        mean += value / WIDTH;
      }
      for (double value : z[t]) {
        variance += (value - mean) * (value - mean) / WIDTH;
      }
      for (int j = 0; j < WIDTH; j++) {
        y[t][j] = (z[t][j] - mean) / Math.sqrt(variance + LayerNorm.EPSILON) * gain[j] + bias[j];
      }
    }
    return y;
  }

  private static double[][] attention(Encoder encoder, double[][] x) {
    double[][] q = apply(encoder, VisionTransformer.QUERY, x);
    double[][] k = apply(encoder, VisionTransformer.KEY, x);
    double[][] v = apply(encoder, VisionTransformer.VALUE, x);
    double[][] heads = new double[x.length][WIDTH];
    for (int first = 0; first < WIDTH; first += HEAD) {
      for (int t = 0; t < x.length; t++) {
        attend(first, q[t], k, v, heads[t]);
      }
    }
    return apply(encoder, VisionTransformer.OUT, heads);
  }

  /** Computes one head's output for one token, in the columns from {@code first} on. */
  private static void attend(int first, double[] q, double[][] k, double[][] v, double[] out) {
    double[] weights = new double[k.length];
    double sum = 0;
    for (int s = 0; s < k.length; s++) {
      double dot = 0;
      for (int j = first; j < first + HEAD; j++) {
        dot += q[j] * k[s][j];
      }
      weights[s] = Math.exp(dot / Math.sqrt(HEAD));
      sum += weights[s];
    }
    for (int s = 0; s < k.length; s++) {
      for (int j = first; j < first + HEAD; j++) {
        out[j] += weights[s] / sum * v[s][j];
      }
    }
  }

  private static double[][] mlp(Encoder encoder, double[][] x) {
    double[][] inner = apply(encoder, VisionTransformer.UP, x);
    for (double[] row : inner) {
      for (int j = 0; j < row.length; j++) {
        row[j] *= normalDistribution(row[j]);
      }
    }
    return apply(encoder, VisionTransformer.DOWN, inner);
  }

  /** Computes Φ(x) by {@code ½ + φ(x) · (x + x³/3 + x⁵/(3·5) + …)}; beyond ±6 it is 0 or 1. */
  private static double normalDistribution(double x) {
    if (Math.abs(x) > 6) {
      return x > 0 ? 1 : 0;
    }
    double term = x;
    double sum = x;
    for (int n = 3; n < 200; n += 2) {
      term *= x * x / n;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
