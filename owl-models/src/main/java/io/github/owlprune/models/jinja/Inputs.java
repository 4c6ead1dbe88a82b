package io.github.owlprune.models.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns Java's values into those of templates. */
final class Inputs {
  private static final int DEPTH = 100;

  private Inputs() {}

  static Map<String, Object> variables(Map<String, ? extends @Nullable Object> given) {
    Map<String, Object> variables = new LinkedHashMap<>();
    given.forEach((name, value) -> variables.put(name, value(value, 0)));
    return variables;
  }

  private static Object value(@Nullable Object value, int depth) {
    if (depth > DEPTH) {
      throw new JinjaException("values are nested more than " + DEPTH + " deep");
    }
    if (value == null) {
      return None.NONE;
    }
    if (value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Collection<?> items) {
      List<Object> list = new ArrayList<>();
      items.forEach(item -> list.add(value(item, depth + 1)));
      return list;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> dict = new LinkedHashMap<>();
      map.forEach((k, v) -> dict.put(value(k, depth + 1), value(v, depth + 1)));
      return dict;
    }
    throw new JinjaException(
        "a "
            + value.getClass().getName()
            + " cannot be given to a template; give texts, numbers,"
            + " booleans, lists and maps");
  }

  private static Object number(Number number) {
    if (number instanceof Float || number instanceof Double || number instanceof BigDecimal) {
      return number.doubleValue();
    }
    if (number instanceof BigInteger big && big.bitLength() > 63) {
      throw new JinjaException("integers beyond 64 bits are not supported");
    }
    return number.longValue();
  }
}
