package io.github.owlprune.linalg;

/**
 * Fits a power law {@code p(λ) ∝ λ^−α, λ ≥ λ_min} to the tail of a spectrum, which starts at the
 * peak of its density (AlphaPruning, arXiv 2410.10912, section 3):
 *
 * <pre>
 *   peak = lower edge of the fullest of 100 equal bins of ln λ, the first one on a tie
 *   for every λ_i from 0.95 · peak to 1.5 · peak, of λ_1 ≤ … ≤ λ_N, with n = N − i + 1:
 *     α_i = 1 + n / Σ_{j ≥ i} ln(λ_j / λ_i)
 *     D_i = max_{j ≥ i} |1 − (λ_j / λ_i)^(1 − α_i) − (j − i) / n|
 *   α = the α_i of the smallest D_i
 * </pre>
 *
 * <p>The authors' program compares λ_i with log10(0.95 · peak), so it also tries nearly every value
 * below the peak. Here the tail starts at the peak, as the paper specifies. Zeros are skipped: they
 * have no logarithm and do not belong to a tail.
 */
public final class PowerLawFit {
  private static final int BINS = 100;
  private static final double BELOW_PEAK = 0.95;
  private static final double ABOVE_PEAK = 1.5;

  /** The fewest values worth fitting: the relative standard error of α − 1 is 1/√n. */
  private static final int FEWEST = 8;

  private PowerLawFit() {}

  /**
   * Fits the exponent α.
   *
   * @param spectrum ascending, finite, at least 0
   * @return α, above 1
   * @throws ArithmeticException if fewer than 8 values are positive, or none lies above the peak
   */
  public static double exponent(double[] spectrum) {
    int zeros = 0;
    while (zeros < spectrum.length && spectrum[zeros] == 0) {
      zeros++;
    }
    int n = spectrum.length - zeros;
    if (n < FEWEST) {
      throw new ArithmeticException(
          n
              + " of its "
              + spectrum.length
              + " singular values are positive, but fitting a power law needs at least "
              + FEWEST
              + "; exclude it from pruning or use an allocator that does not use spectra");
    }
    double[] logs = new double[n];
    for (int i = 0; i < n; i++) {
      logs[i] = Math.log(spectrum[zeros + i]);
    }
    return bestOfTails(logs);
  }

  private static double bestOfTails(double[] logs) {
    double peak = peak(logs);
    double[] sums = new double[logs.length + 1]; // sums[i]: the sum of logs[i..]
    for (int i = logs.length - 1; i >= 0; i--) {
      sums[i] = sums[i + 1] + logs[i];
    }
    double best = Double.NaN;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < logs.length && logs[i] <= peak + Math.log(ABOVE_PEAK); i++) {
      int n = logs.length - i;
      if (logs[i] < peak + Math.log(BELOW_PEAK) || logs[i] == logs[logs.length - 1]) {
        continue;
      }
      double alpha = 1 + n / (sums[i] - n * logs[i]);
      double distance = distance(logs, i, alpha);
      if (distance < least) {
        least = distance;
        best = alpha;
      }
    }
    if (Double.isNaN(best)) {
      throw new ArithmeticException(
          "its singular values are equal or cluster at the largest, so there is no tail to fit a"
              + " power law to; exclude it from pruning or use an allocator that does not use"
              + " spectra");
    }
    return best;
  }

  /** Returns the logarithm at the lower edge of the fullest bin. */
  private static double peak(double[] logs) {
    double lowest = logs[0];
    double width = (logs[logs.length - 1] - lowest) / BINS;
    int[] counts = new int[BINS];
    for (double log : logs) {
      counts[width == 0 ? 0 : Math.min(BINS - 1, (int) ((log - lowest) / width))]++;
    }
    int fullest = 0;
    for (int bin = 1; bin < BINS; bin++) {
      fullest = counts[bin] > counts[fullest] ? bin : fullest;
    }
    return lowest + fullest * width;
  }

  private static double distance(double[] logs, int from, double alpha) {
    double n = logs.length - from;
    double distance = 0;
    for (int j = from; j < logs.length; j++) {
      double fitted = 1 - Math.exp((1 - alpha) * (logs[j] - logs[from]));
      distance = Math.max(distance, Math.abs(fitted - (j - from) / n));
    }
    return distance;
  }
}
