package io.github.owlprune.models.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes values as Python's {@code str} and {@code repr} do. */
final class PythonText {
  private final Budget budget;
  private final StringBuilder out = new StringBuilder();

  private PythonText(Budget budget) {
    this.budget = budget;
  }

  static String str(Object value, Budget budget) {
    if (value instanceof String s) {
      return s;
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return "";
    }
    return repr(value, budget);
  }

  static String repr(Object value, Budget budget) {
    PythonText text = new PythonText(budget);
    text.write(value);
    return text.out.toString();
  }

  private void write(Object value) {
    budget.enter();
    int before = out.length();
    if (value instanceof String s) {
      quote(s);
    } else if (value instanceof Boolean b) {
      out.append(b ? "True" : "False");
    } else if (value instanceof Double d) {
      out.append(number(d));
    } else if (value instanceof Long l) {
      out.append(l.longValue());
    } else if (value == None.NONE) {
      out.append("None");
    } else if (value instanceof List<?> list) {
      items("[", list, "]");
    } else if (value instanceof Tuple tuple) {
      items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
    } else if (value instanceof View view) {
      items(view.type() + "([", view.items(), "])");
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (value instanceof Undefined) {
      out.append("Undefined");
    } else {
      out.append('<').append(Values.type(value)).append('>');
    }
    budget.characters(Values.isSized(value) ? 4 : out.length() - before);
    budget.leave();
  }

  private void items(String start, List<?> items, String end) {
    out.append(start);
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      write(item);
      separator = ", ";
    }
    out.append(end);
  }

  private void map(Map<?, ?> map) {
    out.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      write(entry.getKey());
      out.append(": ");
      write(entry.getValue());
      out.append(entries.hasNext() ? ", " : "");
    }
    out.append('}');
  }

  private void quote(String s) {
    budget.characters(s.length());
    char quote = s.indexOf('\'') >= 0 && s.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    s.codePoints().forEach(c -> quoted(c, quote));
    out.append(quote);
  }

  private void quoted(int c, char quote) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append("\\\\");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append(
              c < 0x100
                  ? String.format("\\x%02x", c)
                  : c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c));
        }
      }
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** Returns the shortest decimal that reads back as the same number, as Python's repr does. */
  static String number(double d) {
    if (Double.isNaN(d)) {
      return "nan";
    }
    if (Double.isInfinite(d)) {
      return d > 0 ? "inf" : "-inf";
    }
    if (d == 0) {
      return 1 / d < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(d);
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits));
      if (shortest.doubleValue() == d) {
        break;
      }
    }
    String digits = shortest.unscaledValue().abs().toString().replaceAll("(?<=.)0+$", "");
    int exponent = shortest.precision() - shortest.scale() - 1;
    String sign = d < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return sign
          + digits.charAt(0)
          + fraction
          + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    if (exponent < 0) {
      return sign + "0." + "0".repeat(-exponent - 1) + digits;
    }
    String padded = digits + "0".repeat(Math.max(0, exponent + 2 - digits.length()));
    return sign + padded.substring(0, exponent + 1) + "." + padded.substring(exponent + 1);
  }
}
