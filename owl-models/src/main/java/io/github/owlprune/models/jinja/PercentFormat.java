package io.github.owlprune.models.jinja;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code text % values}. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile("%(?:\\(([^)]*)\\))?([-+0 ]*)(\\d{0,4})(?:\\.(\\d{1,3}))?([a-zA-Z%])?");

  private PercentFormat() {}

  static String format(Rendering r, String format, Object values) {
    List<?> items = values instanceof Tuple t ? t.items() : List.of(values);
    StringBuilder out = new StringBuilder();
    Matcher m = FIELD.matcher(format);
    int from = 0;
    int next = 0;
    boolean named = false;
    while (m.find()) {
      out.append(format, from, m.start());
      from = m.end();
      r.budget().steps(1);
      if (m.group(5) == null) {
        throw new JinjaException("the format ends inside a field");
      }
      if (m.group(5).equals("%")) {
        out.append('%');
        continue;
      }
      Object value;
      if (m.group(1) != null) {
        named = true;
        value = values instanceof Map<?, ?> map ? map.get(m.group(1)) : null;
      } else {
        value = next < items.size() ? items.get(next) : null;
        next++;
      }
      if (value == null) {
        throw new JinjaException("the format has more fields than there are values");
      }
      String field = field(r, m, value);
      r.budget().characters(field.length());
      out.append(field);
    }
    if (!named && next < items.size() && !(values instanceof Map)) {
      throw new JinjaException("the format has fewer fields than there are values");
    }
    return out.append(format, from, format.length()).toString();
  }

  private static String field(Rendering r, Matcher m, Object value) {
    String flags = m.group(2);
    String type = m.group(5);
    String align =
        flags.contains("-") ? "<" : flags.contains("0") && !type.matches("[sra]") ? "" : ">";
    String zero = align.isEmpty() ? "0" : "";
    String sign = flags.contains("+") ? "+" : "";
    String precision = m.group(4) == null ? "" : "." + m.group(4);
    if (type.matches("[sra]")) {
      String text =
          type.equals("s") ? PythonText.str(value, r.budget()) : PythonText.repr(value, r.budget());
      return FormatSpec.parse(align + m.group(3) + precision + "s").format(r, text);
    }
    boolean integer = type.matches("[diu]");
    if (!Values.isNumber(value)) {
      throw new JinjaException("%" + type + " needs a number, not '" + Values.type(value) + "'");
    }
    Object number = integer && value instanceof Double d ? (Object) d.longValue() : value;
    return FormatSpec.parse(align + sign + zero + m.group(3) + (integer ? "d" : precision + type))
        .format(r, number);
  }
}
