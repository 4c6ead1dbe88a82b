package io.github.owlprune.pipeline;

import java.nio.file.Path;

/** Thrown when a model's journal belongs to an interrupted run with other settings. */
public final class OtherRunException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Longer values, such as a whole plan, are not shown. */
  private static final int SHOWN = 200;

  /** The first setting that differs. */
  private final String difference;

  private OtherRunException(Path settings, String difference) {
    super(
        settings
            + " describes an interrupted run, started with "
            + difference
            + ": use the same settings to resume it, or delete "
            + settings.toAbsolutePath().resolve("../..").normalize()
            + " to start over");
    this.difference = difference;
  }

  static OtherRunException of(Path settings, String name, String was, String is) {
    return new OtherRunException(
        settings,
        Math.max(was.length(), is.length()) > SHOWN
            ? "another " + name
            : name + " = " + was + ", and now it is " + is);
  }

  /**
   * Describes the first setting that differs.
   *
   * @return its name, and its former and present values unless they are long
   */
  public String difference() {
    return difference;
  }
}
