package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Property
  void shiftedExponentialsHaveTheDocumentedError(@ForAll @FloatRange(min = -16, max = 16) float x) {
    float[] row = {x};
    Exponential.shifted(row, 1, 0);
    assertEquals(1, row[0] / Math.exp(x), 6e-6);
  }

  @Provide
  Arbitrary<float[]> scores() {
    return Arbitraries.floats().between(-16, 16).array(float[].class).ofMinSize(1).ofMaxSize(40);
  }

  @Property
  void softmaxesAgreeWithDouble(@ForAll("scores") float[] x) {
    float[] plain = x.clone();
    float[] safe = x.clone();
    Exponential.softmax(plain, x.length);
    Exponential.safeSoftmax(safe, x.length);
    double sum = 0;
    for (float v : x) {
      sum += Math.exp(v);
    }
    for (int i = 0; i < x.length; i++) {
      // Absolute, because probabilities weight values and the largest is at most 1.
      assertEquals(Math.exp(x[i]) / sum, plain[i], 2e-5);
      assertEquals(Math.exp(x[i]) / sum, safe[i], 2e-5);
    }
  }

  @Test
  void extremesSaturate() {
    float[] row = {1000, 0, -1000};
    Exponential.softmax(row, 3);
    assertEquals(1, row[0], 1e-6);
    assertTrue(row[1] >= 0 && row[1] < 1e-30);
    float[] nan = {0, Float.NaN};
    Exponential.softmax(nan, 2);
    assertTrue(Float.isNaN(nan[0]));
  }
}
