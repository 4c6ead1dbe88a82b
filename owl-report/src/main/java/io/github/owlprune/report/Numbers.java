package io.github.owlprune.report;

import java.util.Locale;

/** Formats numbers for display. */
final class Numbers {
  private Numbers() {}

  /** Formats a threshold without trailing zeros: 5, not 5.0. */
  static String threshold(double m) {
    return m == Math.rint(m) ? String.format(Locale.ROOT, "%.0f", m) : String.valueOf(m);
  }

  static String ratio(double perCent) {
    return String.format(Locale.ROOT, "%.3f", perCent);
  }

  /** Formats a change with its sign, using a true minus sign. */
  static String change(double points) {
    return String.format(Locale.ROOT, "%+.3f", points).replace('-', '−');
  }

  /** Formats a fraction as a percentage that does not wrap. */
  static String perCent(double share) {
    return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
  }
}
