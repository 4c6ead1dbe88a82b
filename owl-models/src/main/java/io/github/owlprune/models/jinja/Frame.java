package io.github.owlprune.models.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that a part of a template sees, and the output that it writes to. */
final class Frame {
  private final Rendering rendering;
  private final @Nullable Frame outer;
  private final Map<String, Object> variables;
  private final StringBuilder out;

  private Frame(
      Rendering rendering,
      @Nullable Frame outer,
      Map<String, Object> variables,
      StringBuilder out) {
    this.rendering = rendering;
    this.outer = outer;
    this.variables = variables;
    this.out = out;
  }

  static Frame outermost(Rendering rendering, Map<String, Object> variables) {
    return new Frame(rendering, null, new HashMap<>(variables), new StringBuilder());
  }

  /** Returns a frame inside this one, with the same output. */
  Frame inner() {
    return new Frame(rendering, this, new HashMap<>(), out);
  }

  /** Returns a frame inside this one, with an output of its own. */
  Frame capturing() {
    return new Frame(rendering, this, new HashMap<>(), new StringBuilder());
  }

  Rendering rendering() {
    return rendering;
  }

  Values values() {
    return rendering.values();
  }

  Object evaluate(Expression expression) {
    rendering.budget().enter();
    try {
      return expression.evaluate(this);
    } finally {
      rendering.budget().leave();
    }
  }

  boolean truth(Expression expression) {
    return values().truth(evaluate(expression));
  }

  String text(Object value) {
    return PythonText.str(value, rendering.budget());
  }

  Object find(String name) {
    for (Frame frame = this; frame != null; frame = frame.outer) {
      Object value = frame.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    Object global = Globals.ALL.get(name);
    return global == null ? rendering.undefined("'" + name + "' is undefined") : global;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  void write(String text) {
    out.append(rendering.made(text));
  }

  String output() {
    return out.toString();
  }
}
