package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class ActivationTest {
  private static float of(Activation activation, float x) {
    float[] row = {x};
    activation.activate(row, 1);
    return row[0];
  }

  // The documented error of the exponential; results beyond its range are negligible beside 1.
  @Property
  void siluAgreesWithDouble(@ForAll @FloatRange(min = -200, max = 200) float x) {
    double expected = x / (1 + Math.exp(-x));
    assertEquals(expected, of(Activation.SILU, x), 1e-5 * Math.abs(expected) + 1e-9);
  }

  // The tail's 7.5e-8 plus the exponential's error, smallest where the tail is largest, times |x|.
  @Property
  void geluAgreesWithDouble(@ForAll @FloatRange(min = -20, max = 20) float x) {
    double expected = x * 0.5 * Erf.erfc(-x / Math.sqrt(2));
    assertEquals(expected, of(Activation.GELU, x), 1e-6 * Math.abs(x) + 1e-9);
  }

  @Property
  void tanhGeluAgreesWithDouble(@ForAll @FloatRange(min = -20, max = 20) float x) {
    double u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3));
    double expected = 0.5 * x * (1 + Math.tanh(u));
    // Rounding of u, which is below 10 unless the value is x or 0, amplified by the exponential.
    assertEquals(expected, of(Activation.GELU_TANH, x), 1e-5 * Math.abs(expected) + 1e-6);
  }

  @Property
  void reluIsZeroBelowZero(@ForAll float x) {
    assertEquals(Math.max(x, 0), of(Activation.RELU, x));
  }

  @Test
  void onlyTheFirstValuesAreReplacedAndNanIsKept() {
    for (Activation activation : Activation.values()) {
      float[] row = {-1, -2, Float.NaN, -3};
      activation.activate(row, 3);
      assertEquals(-3, row[3]);
      assertTrue(Float.isNaN(row[2]), activation.name());
    }
  }
}
