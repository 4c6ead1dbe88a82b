package io.github.owlprune.models.jinja;

/** Python's {@code None}. */
enum None {
  NONE
}
