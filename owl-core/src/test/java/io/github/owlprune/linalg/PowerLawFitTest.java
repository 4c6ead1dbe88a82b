package io.github.owlprune.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PowerLawFitTest {
  private static final int N = 2000;

  private static double[] pareto(double alpha, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, N)
        .mapToDouble(i -> Math.pow(1 - random.nextDouble(), -1 / (alpha - 1)))
        .sorted()
        .toArray();
  }

  /** Returns the exact quantiles of a power law. */
  private static double[] quantiles(double alpha) {
    return IntStream.range(0, N)
        .mapToDouble(i -> Math.pow((N - i - 0.5) / N, -1 / (alpha - 1)))
        .toArray();
  }

  @Property(tries = 50)
  void findsTheExponentOfAPowerLaw(
      @ForAll long seed, @ForAll @DoubleRange(min = 1.5, max = 4) double alpha) {
    // A tail may hold only a quarter of the values, which doubles the standard error, and the best
    // fit is chosen among many tails: five standard errors.
    double tolerance = 5 * 2 * (alpha - 1) / Math.sqrt(N);
    assertEquals(alpha, PowerLawFit.exponent(pareto(alpha, seed)), tolerance);
  }

  @Property(tries = 15)
  void findsTheExponentOfExactQuantilesWithinItsStandardError(
      @ForAll @DoubleRange(min = 1.5, max = 6) double alpha) {
    double standardError = (alpha - 1) / Math.sqrt(N);
    assertEquals(alpha, PowerLawFit.exponent(quantiles(alpha)), standardError);
  }

  @Property(tries = 15)
  void valuesBelowThePeakDoNotCount(
      @ForAll @DoubleRange(min = 1.5, max = 4) double alpha,
      @ForAll @IntRange(max = 200) int below) {
    double[] bulk = IntStream.range(0, below).mapToDouble(i -> 1e-4 * Math.exp(i / 25.0)).toArray();
    double[] all =
        DoubleStream.concat(Arrays.stream(bulk), Arrays.stream(quantiles(alpha)))
            .sorted()
            .toArray();
    // Bins are wider here, so the tail may begin a little later: two standard errors.
    double tolerance = 2 * (alpha - 1) / Math.sqrt(N);
    assertEquals(alpha, PowerLawFit.exponent(all), tolerance);
  }

  @Property(tries = 15)
  void neitherZerosNorTheScaleMatter(
      @ForAll long seed,
      @ForAll @IntRange(max = 50) int zeros,
      @ForAll @IntRange(min = -200, max = 200) int power) {
    double[] spectrum = pareto(2.5, seed);
    double[] other = new double[zeros + N];
    for (int i = 0; i < N; i++) {
      other[zeros + i] = Math.scalb(spectrum[i], power);
    }
    // Logarithms are rounded, and a value on the edge of a bin may change sides.
    double tolerance = (2.5 - 1) / Math.sqrt(N);
    assertEquals(PowerLawFit.exponent(spectrum), PowerLawFit.exponent(other), tolerance);
  }

  @Test
  void equalsTheFormulaIfAllValuesAreTheTail() {
    // No bin holds two values, so the first is the peak, and the only one not above 1.5 · peak.
    double[] spectrum = {1, 2, 4, 8, 16, 32, 64, 128};
    double logs = 28 * Math.log(2); // 0 + 1 + … + 7
    assertEquals(1 + 8 / logs, PowerLawFit.exponent(spectrum), 1e-15);
  }

  @Test
  void spectraWithoutATailAreRefused() {
    double[] equal = new double[20];
    Arrays.fill(equal, 3);
    double[] piled = {1, 2, 3, 9, 9, 9, 9, 9, 9};
    for (double[] spectrum : new double[][] {equal, piled}) {
      String message =
          assertThrows(ArithmeticException.class, () -> PowerLawFit.exponent(spectrum))
              .getMessage();
      assertTrue(message.contains("no tail"), message);
    }
  }

  @Test
  void tooFewValuesAreRefused() {
    for (double[] spectrum :
        new double[][] {{}, {5}, new double[30], {0, 0, 1, 2, 3, 4, 5, 6, 7}}) {
      String message =
          assertThrows(ArithmeticException.class, () -> PowerLawFit.exponent(spectrum))
              .getMessage();
      assertTrue(message.contains("at least 8"), message);
    }
  }
}
