package io.github.owlprune;

/** M: a weight is an outlier if its score is above M times its unit's mean. */
final class OutlierThreshold {
  private OutlierThreshold() {}

  static void requireAll(double... thresholds) {
    if (thresholds.length == 0) {
      throw new IllegalArgumentException("no threshold M was given; the paper uses 5");
    }
    for (double m : thresholds) {
      require(m);
    }
  }

  static void require(double m) {
    if (!(m > 0 && Double.isFinite(m))) {
      throw new IllegalArgumentException(
          "the outlier threshold M = " + m + " was given; it must be above 0 (the paper: 3 to 10)");
    }
  }
}
