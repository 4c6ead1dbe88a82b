package io.github.owlprune.report;

import java.util.Locale;

/** Numbers as a person reads them. */
final class Numbers {
  private Numbers() {}

  /** 5, not 5.0. */
  static String threshold(double m) {
    return m == Math.rint(m) ? String.format(Locale.ROOT, "%.0f", m) : String.valueOf(m);
  }

  static String ratio(double perCent) {
    return String.format(Locale.ROOT, "%.3f", perCent);
  }

  /** With its sign, and a real minus. */
  static String change(double points) {
    return String.format(Locale.ROOT, "%+.3f", points).replace('-', '−');
  }

  /** On one line. */
  static String perCent(double share) {
    return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
  }
}
