package io.github.owlprune.models.jinja;

/** A part of a template that writes or sets something. */
interface Statement {
  /** Where execution goes on. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow execute(Frame frame);
}
