package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Expressions that look up or call something. */
final class Access {
  private Access() {}

  /** A variable. */
  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return frame.find(name);
    }
  }

  /** {@code a.name}. */
  record Attribute(Expression value, String name) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return Members.attribute(frame.rendering(), frame.evaluate(value), name);
    }
  }

  /** {@code a[key]}. */
  record Item(Expression value, Expression key) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object container = frame.evaluate(value);
      return Members.item(frame.rendering(), container, frame.evaluate(key));
    }
  }

  /** {@code a[start:stop:step]}. */
  record Slice(Expression value, Expression start, Expression stop, Expression step)
      implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return Members.slice(
          frame.rendering(),
          frame.evaluate(value),
          frame.evaluate(start),
          frame.evaluate(stop),
          frame.evaluate(step));
    }
  }

  /**
   * One argument of a call.
   *
   * @param name its name, {@code *} or {@code **} for many in a list or dict, or empty
   */
  record Argument(String name, Expression value) {}

  /** {@code f(a, b=c)}. */
  record Call(Expression function, List<Argument> arguments) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object callee = frame.evaluate(function);
      return frame.rendering().call(callee, Access.evaluate(frame, arguments));
    }
  }

  /** {@code a | filter(b)}. */
  record Filtered(Expression value, String filter, List<Argument> arguments) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object input = frame.evaluate(value);
      return frame.rendering().filter(filter, input, Access.evaluate(frame, arguments));
    }
  }

  /** {@code a is test(b)}. */
  record Tested(Expression value, String test, List<Argument> arguments) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object input = frame.evaluate(value);
      return frame.rendering().test(test, input, Access.evaluate(frame, arguments));
    }
  }

  static Arguments evaluate(Frame frame, List<Argument> arguments) {
    List<Object> positional = new ArrayList<>();
    Map<String, Object> named = new LinkedHashMap<>();
    for (Argument argument : arguments) {
      Object value = frame.evaluate(argument.value());
      switch (argument.name()) {
        case "" -> positional.add(value);
        case "*" -> positional.addAll(frame.values().list(value));
        case "**" -> {
          if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("** needs a dict, not '" + Values.type(value) + "'");
          }
          map.forEach((k, v) -> named.put(Values.requireText(k), v));
        }
        default -> named.put(argument.name(), value);
      }
    }
    return new Arguments(positional, named);
  }
}
