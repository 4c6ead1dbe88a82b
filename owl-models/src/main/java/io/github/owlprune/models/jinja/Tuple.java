package io.github.owlprune.models.jinja;

import java.util.List;

/** Python's tuple, which is a list but for how it prints and what it equals. */
record Tuple(List<?> items) {
  static Tuple of(Object... items) {
    return new Tuple(List.of(items));
  }
}
