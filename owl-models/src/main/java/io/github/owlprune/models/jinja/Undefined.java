package io.github.owlprune.models.jinja;

/**
 * A value that does not exist. Printed it is empty; most other uses are errors.
 *
 * @param reason says what does not exist
 * @param strict whether even printing, testing and comparing it are errors
 */
record Undefined(String reason, boolean strict) {
  JinjaException error() {
    return new JinjaException(reason);
  }

  void requireLenient() {
    if (strict) {
      throw error();
    }
  }
}
