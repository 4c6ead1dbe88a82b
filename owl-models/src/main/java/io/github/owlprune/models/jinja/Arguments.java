package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call.
 *
 * @param positional those without a name
 * @param named those with one, in order
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Stands for an argument that was not given. */
  private static final Object ABSENT = new Object();

  /** Returns one positional argument for each parameter. */
  Arguments bind(String function, List<String> parameters) {
    if (positional.size() > parameters.size()) {
      throw new JinjaException(
          function
              + " takes at most "
              + parameters.size()
              + " arguments, not "
              + positional.size());
    }
    List<Object> bound = new ArrayList<>(positional);
    while (bound.size() < parameters.size()) {
      bound.add(ABSENT);
    }
    named.forEach(
        (name, value) -> {
          int index = parameters.indexOf(name);
          if (index < 0) {
            throw new JinjaException(function + " has no argument " + name);
          }
          if (bound.get(index) != ABSENT) {
            throw new JinjaException(function + " is given " + name + " twice");
          }
          bound.set(index, value);
        });
    return new Arguments(bound, Map.of());
  }

  /** Returns all arguments but the first ones without a name. */
  Arguments without(int first) {
    return new Arguments(positional.subList(first, positional.size()), named);
  }

  boolean has(int index) {
    return index < positional.size() && positional.get(index) != ABSENT;
  }

  Object get(int index, Object otherwise) {
    return has(index) ? positional.get(index) : otherwise;
  }

  Object get(int index) {
    if (!has(index)) {
      throw new JinjaException("argument " + (index + 1) + " is missing");
    }
    return positional.get(index);
  }

  String text(int index) {
    return Values.requireText(get(index));
  }

  String text(int index, String otherwise) {
    return has(index) ? text(index) : otherwise;
  }

  int integer(int index) {
    long value = Values.requireInteger(get(index));
    if (value != (int) value) {
      throw new JinjaException("the number " + value + " is too large");
    }
    return (int) value;
  }

  int integer(int index, int otherwise) {
    return has(index) ? integer(index) : otherwise;
  }
}
