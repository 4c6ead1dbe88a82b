package io.github.owlprune.models.jinja;

/** Says why a template cannot be parsed or rendered, and in which line. */
public final class JinjaException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** The message without the line. */
  private final String reason;

  /** The line of the template, from 1, or 0 if none is known. */
  private final int line;

  JinjaException(String reason) {
    super(reason);
    this.reason = reason;
    this.line = 0;
  }

  JinjaException(String reason, int line) {
    super("line " + line + ": " + reason);
    this.reason = reason;
    this.line = line;
  }

  private JinjaException(JinjaException cause, int line) {
    super("line " + line + ": " + cause.reason, cause);
    this.reason = cause.reason;
    this.line = line;
  }

  /** Returns this error with a line, unless it already has one. */
  JinjaException at(int number) {
    return line > 0 ? this : new JinjaException(this, number);
  }

  /**
   * Returns the reason without the line; what {@code raise_exception} was given, if the template
   * itself refuses.
   *
   * @return the reason
   */
  public String reason() {
    return reason;
  }

  /**
   * Returns the line of the template.
   *
   * @return the line, from 1, or 0 if none is known
   */
  public int line() {
    return line;
  }
}
