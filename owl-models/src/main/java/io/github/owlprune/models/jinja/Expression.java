package io.github.owlprune.models.jinja;

/** A part of a template that has a value. Evaluate it by {@link Frame#evaluate}. */
interface Expression {
  Object evaluate(Frame frame);
}
