package io.github.owlprune.models.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

class LayerNormTest {
  @Property
  void agreesWithDoubleAndInPlace(
      @ForAll @IntRange(min = 1, max = 70) int width,
      @ForAll @IntRange(max = 5) int offset,
      @ForAll @FloatRange(min = -100, max = 100) float centre,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] row = new float[offset + width];
    float[] gain = new float[width];
    float[] bias = new float[width];
    for (int j = 0; j < width; j++) {
      row[offset + j] = centre + (float) random.nextGaussian();
      gain[j] = (float) random.nextGaussian();
      bias[j] = (float) random.nextGaussian();
    }
    double mean = 0;
    for (int j = 0; j < width; j++) {
      mean += row[offset + j] / (double) width;
    }
    double variance = 0;
    for (int j = 0; j < width; j++) {
      variance += Math.pow(row[offset + j] - mean, 2) / width;
    }
    float[] into = new float[width + 3];
    float[] inPlace = row.clone();
    new LayerNorm(gain, bias, 1e-5).normalize(row, offset, into, 3);
    new LayerNorm(gain, bias, 1e-5).normalize(inPlace, offset, inPlace, offset);
    double scale = 1 / Math.sqrt(variance + 1e-5);
    for (int j = 0; j < width; j++) {
      double expected = (row[offset + j] - mean) * scale * gain[j] + bias[j];
      // A mean of up to 100 is rounded to float, an error of 4e-6 against a deviation of about 1.
      assertEquals(expected, into[3 + j], 1e-5 * (1 + scale) * (1 + Math.abs(gain[j])));
    }
    assertEquals(-1, Arrays.mismatch(into, 3, 3 + width, inPlace, offset, offset + width));
  }
}
