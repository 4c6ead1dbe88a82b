package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic for numbers, texts and lists. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(Rendering r, String operator, Object a, Object b) {
    Values.requireDefined(a);
    Values.requireDefined(b);
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return numbers(operator, a, b);
    }
    if (operator.equals("+") && a instanceof String x && b instanceof String y) {
      r.budget().characters((long) x.length() + y.length());
      return x + y;
    }
    if (operator.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
      return joined(r, x, y);
    }
    if (operator.equals("+") && a instanceof Tuple x && b instanceof Tuple y) {
      return new Tuple(joined(r, x.items(), y.items()));
    }
    if (operator.equals("*") && (b instanceof Long || b instanceof Boolean)) {
      return repeat(r, a, Values.requireInteger(b), b);
    }
    if (operator.equals("*") && (a instanceof Long || a instanceof Boolean)) {
      return repeat(r, b, Values.requireInteger(a), a);
    }
    if (operator.equals("%") && a instanceof String format) {
      return r.made(PercentFormat.format(r, format, b));
    }
    throw unsupported(operator, a, b);
  }

  private static JinjaException unsupported(String operator, Object a, Object b) {
    return new JinjaException(
        "'" + operator + "' does not take '" + Values.type(a) + "' and '" + Values.type(b) + "'");
  }

  private static List<?> joined(Rendering r, List<?> a, List<?> b) {
    r.budget().steps((long) a.size() + b.size());
    List<Object> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static Object repeat(Rendering r, Object value, long times, Object factor) {
    long count = Math.max(0, times);
    if (value instanceof String s) {
      r.budget().characters(multiplied(s.length(), count));
      return s.isEmpty() ? s : s.repeat((int) count);
    }
    List<?> items = Values.items(value);
    if (items == null) {
      throw unsupported("*", value, factor);
    }
    r.budget().steps(multiplied(items.size(), count));
    List<Object> all = new ArrayList<>();
    for (long i = 0; i < (items.isEmpty() ? 0 : count); i++) {
      all.addAll(items);
    }
    return value instanceof Tuple ? new Tuple(all) : all;
  }

  private static long multiplied(int size, long count) {
    return size == 0 ? 0 : Math.min(count, Integer.MAX_VALUE) * size;
  }

  private static Object numbers(String operator, Object a, Object b) {
    boolean floats = a instanceof Double || b instanceof Double;
    if (!operator.equals("/") && !floats) {
      return integers(operator, Values.requireInteger(a), Values.requireInteger(b));
    }
    double x = Values.toDouble(a);
    double y = Values.toDouble(b);
    if (y == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new JinjaException("division by zero");
    }
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "//" -> Math.floor(x / y);
      case "%" -> x - y * Math.floor(x / y);
      default -> Math.pow(x, y);
    };
  }

  private static Object integers(String operator, long a, long b) {
    if (b == 0 && (operator.equals("//") || operator.equals("%"))) {
      throw new JinjaException("division by zero");
    }
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "//" -> Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        default -> b < 0 ? (Object) Math.pow((double) a, (double) b) : (Object) power(a, b);
      };
    } catch (ArithmeticException e) {
      throw new JinjaException("integers beyond 64 bits are not supported");
    }
  }

  private static long power(long base, long exponent) {
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return exponent % 2 == 0 ? 1 : -1;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  static Object negate(Object value) {
    Values.requireDefined(value);
    if (value instanceof Double d) {
      return -d;
    }
    if (Values.isNumber(value)) {
      return integers("-", 0, Values.requireInteger(value));
    }
    throw new JinjaException("'-' does not take '" + Values.type(value) + "'");
  }
}
