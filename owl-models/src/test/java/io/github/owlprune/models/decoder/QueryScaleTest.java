package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryScaleTest {
  @ParameterizedTest
  @CsvSource({"0, 1", "15, 1", "16, 1.0693147", "31, 1.0693147", "32, 1.1098612"})
  void growsByTheLogarithmOfWholePeriods(int position, float factor) {
    assertEquals(factor, new QueryScale(0.1, 16).factor(position), 1e-6f); // float32 rounding
  }
}
