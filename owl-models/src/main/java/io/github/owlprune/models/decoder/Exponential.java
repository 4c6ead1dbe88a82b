package io.github.owlprune.models.decoder;

/**
 * Computes exponentials and softmax over rows, about ten times as fast as {@link Math#exp}. {@code
 * e^x = (e^(x/64))^64}: a polynomial of degree 8 and six squarings, so only multiplications,
 * additions, minima and maxima, which the JVM vectorises.
 *
 * <p>Every squaring doubles the relative error. The first two are therefore done on {@code q = e^v
 * − 1}, which is small and keeps its own digits: {@code (1 + q)² − 1 = q (q + 2)}. The relative
 * error is below 6e-6 on [−16, 16]. It rises to 3e-3 at ±87, where arguments are clamped; results
 * there are negligible, because softmax has its maximum at 0 and a sigmoid adds 1.
 */
final class Exponential {
  private static final float LIMIT = 87f;

  /** The largest |x| for which no exponential loses digits and no sum of them overflows. */
  static final float SAFE = 16f;

  private Exponential() {}

  /**
   * Returns {@code e^x} for x within ±LIMIT. The JVM inlines this into loops and vectorises them.
   */
  private static float exp(float x) {
    float v = x * (1f / 64);
    float q = v * (1f / 40320) + 1f / 5040;
    q = ((((q * v + 1f / 720) * v + 1f / 120) * v + 1f / 24) * v + 1f / 6) * v + 0.5f;
    q = q * v;
    q = (q + 1f) * v;
    q = q * (q + 2f);
    q = q * (q + 2f);
    float e = q + 1f;
    e = e * e;
    e = e * e;
    e = e * e;
    return e * e;
  }

  /** Replaces the first {@code count} values x by {@code exp(x − shift)}. */
  static void shifted(float[] row, int count, float shift) {
    for (int i = 0; i < count; i++) {
      row[i] = exp(Math.max(row[i] - shift, -LIMIT));
    }
  }

  /** Returns {@code e^x} with x clamped to ±LIMIT; meant for loops in other classes. */
  static float clamped(float x) {
    return exp(Math.min(Math.max(x, -LIMIT), LIMIT));
  }

  /**
   * Returns {@code e^x} for x within ±20, in double: the same polynomial and squarings, with a
   * relative error below 1e-8.
   */
  static double precise(double x) {
    double v = x * (1.0 / 64);
    double e = v * (1.0 / 40320) + 1.0 / 5040;
    e = ((((e * v + 1.0 / 720) * v + 1.0 / 120) * v + 1.0 / 24) * v + 1.0 / 6) * v + 0.5;
    e = (e * v + 1) * v + 1;
    e = e * e;
    e = e * e;
    e = e * e;
    e = e * e;
    e = e * e;
    return e * e;
  }

  /** Returns the sum of the first {@code count} values, in eight independent partial sums. */
  static float sum(float[] row, int count) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i + 7 < count; i += 8) {
      a += row[i];
      b += row[i + 1];
      c += row[i + 2];
      d += row[i + 3];
      e += row[i + 4];
      f += row[i + 5];
      g += row[i + 6];
      h += row[i + 7];
    }
    for (; i < count; i++) {
      a += row[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  /** Returns the maximum of the first {@code count} ≥ 1 values; NaN if any value is NaN. */
  static float max(float[] row, int count) {
    float a = row[0];
    float b = a;
    float c = a;
    float d = a;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      a = Math.max(a, row[i]);
      b = Math.max(b, row[i + 1]);
      c = Math.max(c, row[i + 2]);
      d = Math.max(d, row[i + 3]);
    }
    for (; i < count; i++) {
      a = Math.max(a, row[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  /** Replaces the first {@code count} values by {@code exp(x_i − max) / Σ exp(x_j − max)}. */
  static void softmax(float[] row, int count) {
    shifted(row, count, max(row, count));
    divideBySum(row, count);
  }

  /**
   * Computes {@link #softmax} of values within ±{@link #SAFE}. Their exponentials neither overflow
   * nor underflow, so the maximum, which cancels anyway, is not subtracted.
   */
  static void safeSoftmax(float[] row, int count) {
    for (int i = 0; i < count; i++) {
      row[i] = exp(row[i]);
    }
    divideBySum(row, count);
  }

  private static void divideBySum(float[] row, int count) {
    float scale = 1 / sum(row, count);
    for (int i = 0; i < count; i++) {
      row[i] *= scale;
    }
  }
}
