package io.github.owlprune.models.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Python's format specification, as far as it is supported: fill, align, width, precision, type.
 */
record FormatSpec(
    String fill, char align, boolean plus, boolean commas, int width, int precision, char type) {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(.)?([<>^]))?([+-]?)(0?)(\\d{0,4})(,?)(?:\\.(\\d{1,3}))?([a-zA-Z%]?)",
          Pattern.DOTALL);

  static FormatSpec parse(String text) {
    Matcher m = SYNTAX.matcher(text);
    if (!m.matches()) {
      throw new JinjaException("the format '" + text + "' is not supported");
    }
    boolean zero = !m.group(4).isEmpty();
    String fill = m.group(1) != null ? m.group(1) : zero ? "0" : " ";
    char align = m.group(2) != null ? m.group(2).charAt(0) : zero ? '=' : 0;
    int width = m.group(5).isEmpty() ? 0 : Integer.parseInt(m.group(5));
    int precision = m.group(7) == null ? -1 : Integer.parseInt(m.group(7));
    char type = m.group(8).isEmpty() ? 0 : m.group(8).charAt(0);
    return new FormatSpec(
        fill, align, m.group(3).equals("+"), !m.group(6).isEmpty(), width, precision, type);
  }

  String format(Rendering r, Object value) {
    if (!Values.isNumber(value) || (value instanceof Boolean && type == 0)) {
      if (type != 0 && type != 's') {
        throw unsupported(value);
      }
      String text = PythonText.str(value, r.budget());
      int shown = precision < 0 ? text.length() : Math.min(precision, text.length());
      return pad(text.substring(0, shown), align == 0 || align == '=' ? '<' : align);
    }
    String number = digits(value);
    String signed = plus && !number.startsWith("-") ? "+" + number : number;
    return pad(signed, align == 0 ? '>' : align);
  }

  private JinjaException unsupported(Object value) {
    return new JinjaException(
        "the format '" + type + "' does not take '" + Values.type(value) + "'");
  }

  private String digits(Object value) {
    boolean whole = !(value instanceof Double);
    if ((type == 0 && precision < 0) || type == 'd') {
      if (type == 'd' && !whole) {
        throw unsupported(value);
      }
      return whole
          ? grouped(Long.toString(Values.requireInteger(value)))
          : PythonText.number(Values.toDouble(value));
    }
    double d = Values.toDouble(value);
    int places = precision < 0 ? 6 : precision;
    return switch (type) {
      case 'f', 'F' -> grouped(fixed(d, places));
      case '%' -> fixed(d * 100, places) + "%";
      case 'e' -> String.format(Locale.ROOT, "%." + places + "e", d);
      case 'x' -> Long.toHexString(Values.requireInteger(value));
      case 'X' -> Long.toHexString(Values.requireInteger(value)).toUpperCase(Locale.ROOT);
      case 'o' -> Long.toOctalString(Values.requireInteger(value));
      case 'b' -> Long.toBinaryString(Values.requireInteger(value));
      default -> throw unsupported(value);
    };
  }

  private static String fixed(double d, int places) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return PythonText.number(d);
    }
    String text = new BigDecimal(d).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
    return 1 / d < 0 && !text.startsWith("-") ? "-" + text : text;
  }

  private String grouped(String number) {
    return commas
        ? number.replaceFirst("\\..*", "").replaceAll("(?<=\\d)(?=(\\d{3})+$)", ",")
            + number.replaceFirst("^[^.]*", "")
        : number;
  }

  private String pad(String text, char side) {
    int missing = Math.max(0, width - text.codePointCount(0, text.length()));
    int left = side == '<' ? 0 : side == '^' ? missing / 2 : missing;
    if (side == '=') {
      int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
      return text.substring(0, sign) + fill.repeat(missing) + text.substring(sign);
    }
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }
}
