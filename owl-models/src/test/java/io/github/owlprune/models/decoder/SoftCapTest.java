package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;

class SoftCapTest {
  @Property
  void agreesWithTheHyperbolicTangent(
      @ForAll @FloatRange(min = -1000, max = 1000) float x,
      @ForAll @FloatRange(min = 1, max = 100) float cap) {
    float[] row = {x, -x, 7};
    new SoftCap(cap).apply(row, 2);
    double expected = cap * Math.tanh((double) x / cap);
    // Rounding to float, and 1e-8 of the cap from the exponential.
    double tolerance = 6e-8 * Math.abs(expected) + 1e-8 * cap;
    assertEquals(expected, row[0], tolerance);
    assertEquals(-expected, row[1], tolerance);
    assertEquals(7, row[2]);
    assertTrue(Math.abs(row[0]) <= cap);
  }

  @Example
  void infiniteValuesBecomeTheCapAndNaNStays() {
    float[] row = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
    new SoftCap(3).apply(row, 3);
    assertEquals(3, row[0], 1e-6f);
    assertEquals(-3, row[1], 1e-6f);
    assertTrue(Float.isNaN(row[2]));
  }
}
