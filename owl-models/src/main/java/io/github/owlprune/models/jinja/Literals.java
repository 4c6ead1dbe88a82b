package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Expressions that say their value themselves. */
final class Literals {
  private Literals() {}

  /** A constant. */
  record Constant(Object value) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return value;
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(frame.evaluate(item)));
      return values;
    }
  }

  /** {@code (a, b)}. */
  record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return new Tuple(items.stream().map(frame::evaluate).toList());
    }
  }

  /** {@code {a: b}}. */
  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Map<Object, Object> dict = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        dict.put(Keys.require(frame.evaluate(keys.get(i))), frame.evaluate(values.get(i)));
      }
      return dict;
    }
  }
}
