package io.github.owlprune.models.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;

/** What may follow {@code |}. */
final class Filters {
  static final Map<String, Operation> ALL = all();

  private Filters() {}

  private static Map<String, Operation> all() {
    Map<String, Operation> table = new HashMap<>();
    TextFilters.addTo(table);
    SequenceFilters.addTo(table);
    SelectionFilters.addTo(table);
    for (String name : new String[] {"default", "d"}) {
      Operation.add(table, name + " default_value boolean", Filters::otherwise);
    }
    Operation.add(table, "abs", (r, v, a) -> absolute(v));
    Operation.add(table, "attr name", Filters::attribute);
    Operation.add(table, "int default base", Filters::integer);
    Operation.add(table, "float default", Filters::floating);
    Operation.add(table, "round precision method", Filters::round);
    Operation.add(table, "tojson ensure_ascii indent separators sort_keys", JsonText::write);
    return Map.copyOf(table);
  }

  private static Object otherwise(Rendering r, Object value, Arguments a) {
    boolean replaced =
        value instanceof Undefined
            || (r.values().truth(a.get(1, false)) && !r.values().truth(value));
    return replaced ? a.get(0, "") : value;
  }

  private static Object absolute(Object value) {
    Values.requireDefined(value);
    if (value instanceof Double d) {
      return Math.abs(d);
    }
    return Values.requireInteger(value) < 0
        ? Arithmetic.negate(value)
        : Values.requireInteger(value);
  }

  private static Object attribute(Rendering r, Object value, Arguments a) {
    return value instanceof Map
        ? CollectionMethods.OF_DICTS.containsKey(a.text(0))
            ? Members.attribute(r, value, a.text(0))
            : r.undefined("'dict' object has no attribute '" + a.text(0) + "'")
        : Members.attribute(r, value, a.text(0));
  }

  private static Object integer(Rendering r, Object value, Arguments a) {
    Values.requireDefined(value);
    Object otherwise = a.get(0, 0L);
    if (Values.isNumber(value)) {
      double d = Values.toDouble(value);
      return !(value instanceof Double)
          ? Values.requireInteger(value)
          : Double.isFinite(d) ? (Object) whole(d) : otherwise;
    }
    if (!(value instanceof String s)) {
      return otherwise;
    }
    String digits = Characters.strip(s, null, true, true).replaceAll("(?<=\\d)_(?=\\d)", "");
    try {
      int base = a.integer(1, 10);
      return Long.parseLong(
          digits.replaceFirst(
              base == 16 ? "^0[xX]" : base == 2 ? "^0[bB]" : base == 8 ? "^0[oO]" : "^$", ""),
          base);
    } catch (NumberFormatException e) {
      Object number = number(digits);
      return number instanceof Double d && Double.isFinite(d) ? (Object) whole(d) : otherwise;
    }
  }

  private static long whole(double d) {
    if (Math.abs(d) >= 0x1p63) {
      throw new JinjaException("integers beyond 64 bits are not supported");
    }
    return (long) d;
  }

  private static Object floating(Rendering r, Object value, Arguments a) {
    Values.requireDefined(value);
    Object otherwise = a.get(0, 0.0);
    if (Values.isNumber(value)) {
      return Values.toDouble(value);
    }
    Object number =
        value instanceof String s ? number(Characters.strip(s, null, true, true)) : None.NONE;
    return number == None.NONE ? otherwise : number;
  }

  /** Returns the number that Python's {@code float} reads, or None. */
  private static Object number(String text) {
    if (text.matches("(?i)[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?")) {
      return Double.valueOf(text);
    }
    if (text.matches("(?i)[+-]?(inf|infinity)")) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return text.equalsIgnoreCase("nan") ? (Object) Double.NaN : None.NONE;
  }

  private static Object round(Rendering r, Object value, Arguments a) {
    Values.requireDefined(value);
    if (!Values.isNumber(value)) {
      throw new JinjaException("round needs a number, not '" + Values.type(value) + "'");
    }
    int precision = Math.max(-400, Math.min(400, a.integer(0, 0)));
    String method = a.text(1, "common");
    double d = Values.toDouble(value);
    switch (method) {
      case "common" -> {
        if ((!(value instanceof Double) && precision >= 0) || !Double.isFinite(d)) {
          return value instanceof Boolean ? Values.requireInteger(value) : value;
        }
        BigDecimal rounded = new BigDecimal(d).setScale(precision, RoundingMode.HALF_EVEN);
        return value instanceof Double ? (Object) rounded.doubleValue() : rounded.longValue();
      }
      case "ceil", "floor" -> {
        double scale = Math.pow(10, precision);
        return (method.equals("ceil") ? Math.ceil(d * scale) : Math.floor(d * scale)) / scale;
      }
      default ->
          throw new JinjaException("round knows common, ceil and floor, not '" + method + "'");
    }
  }
}
