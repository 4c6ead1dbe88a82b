package io.github.owlprune.models.jinja;

/** A value that can be called. */
interface Callable {
  Object call(Rendering rendering, Arguments arguments);
}
