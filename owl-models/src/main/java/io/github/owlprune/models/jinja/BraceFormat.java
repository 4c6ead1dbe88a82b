package io.github.owlprune.models.jinja;

import java.util.List;

/** Python's {@code str.format}, without fields inside format specifications. */
final class BraceFormat {
  private BraceFormat() {}

  static String format(Rendering r, String format, Arguments arguments) {
    StringBuilder out = new StringBuilder();
    int next = 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      r.budget().characters(1);
      boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
      if (c != '{' && c != '}') {
        out.append(c);
      } else if (doubled) {
        out.append(c);
        i++;
      } else {
        int end = format.indexOf('}', i);
        if (c == '}' || end < 0) {
          throw new JinjaException("a single '" + c + "' in the format");
        }
        String field = format.substring(i + 1, end);
        if (field.isEmpty() || field.startsWith(":") || field.startsWith("!")) {
          field = next++ + field;
        }
        String text = field(r, field, arguments);
        r.budget().characters(text.length());
        out.append(text);
        i = end;
      }
    }
    return out.toString();
  }

  private static String field(Rendering r, String field, Arguments arguments) {
    int colon = field.indexOf(':');
    String path = colon < 0 ? field : field.substring(0, colon);
    String spec = colon < 0 ? "" : field.substring(colon + 1);
    boolean repr = path.endsWith("!r");
    String[] names = path.replaceFirst("![rs]$", "").split("[.\\[]");
    Object value = argument(names[0], arguments);
    for (String name : List.of(names).subList(1, names.length)) {
      String key = name.replaceFirst("]$", "");
      value = Members.item(r, value, key.matches("\\d{1,9}") ? (Object) Long.valueOf(key) : key);
    }
    Object shown = repr ? PythonText.repr(value, r.budget()) : value;
    return spec.isEmpty()
        ? PythonText.str(shown, r.budget())
        : FormatSpec.parse(spec).format(r, shown);
  }

  private static Object argument(String name, Arguments arguments) {
    if (name.matches("\\d{1,4}")) {
      return arguments.get(Integer.parseInt(name));
    }
    Object value = arguments.named().get(name);
    if (value == null) {
      throw new JinjaException("the format names '" + name + "', which is not given");
    }
    return value;
  }
}
