package io.github.owlprune.measure;

/** Checks thresholds M: a weight is an outlier if its score exceeds M times its unit's mean. */
public final class OutlierThreshold {
  private OutlierThreshold() {}

  /**
   * Rejects a list that is empty or holds an invalid threshold.
   *
   * @param thresholds the thresholds M
   * @throws IllegalArgumentException if there is none, or one is not above 0 and finite
   */
  public static void requireAll(double... thresholds) {
    if (thresholds.length == 0) {
      throw new IllegalArgumentException("no threshold M was given; the paper uses 5");
    }
    for (double m : thresholds) {
      require(m);
    }
  }

  /**
   * Rejects an invalid threshold.
   *
   * @param m the threshold M
   * @throws IllegalArgumentException if it is not above 0 and finite
   */
  public static void require(double m) {
    if (!(m > 0 && Double.isFinite(m))) {
      throw new IllegalArgumentException(
          "the outlier threshold M = " + m + " was given; it must be above 0 (the paper: 3 to 10)");
    }
  }
}
