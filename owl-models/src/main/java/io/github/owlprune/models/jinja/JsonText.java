package io.github.owlprune.models.jinja;

import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;

/** Writes JSON as Python's {@code json.dumps} does, which {@code tojson} is in transformers. */
final class JsonText {
  private final Rendering rendering;
  private final boolean ascii;
  private final String indent;
  private final boolean pretty;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sorted;
  private final StringBuilder out = new StringBuilder();

  private JsonText(Rendering r, Arguments a) {
    this.rendering = r;
    this.ascii = r.values().truth(a.get(0, false));
    Object step = a.get(1, None.NONE);
    this.pretty = step != None.NONE;
    this.indent =
        !pretty
            ? ""
            : step instanceof String s ? s : " ".repeat(Math.max(0, Math.min(1000, a.integer(1))));
    Object given = a.get(2, None.NONE);
    List<?> separators =
        given == None.NONE ? List.of(pretty ? "," : ", ", ": ") : r.values().list(given);
    if (separators.size() != 2) {
      throw new JinjaException("tojson needs two separators");
    }
    this.itemSeparator = Values.requireText(separators.get(0));
    this.keySeparator = Values.requireText(separators.get(1));
    this.sorted = r.values().truth(a.get(3, false));
  }

  /** Writes a value; the arguments are ensure_ascii, indent, separators and sort_keys. */
  static String write(Rendering r, Object value, Arguments arguments) {
    JsonText json = new JsonText(r, arguments);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object value, int depth) {
    rendering.budget().enter();
    List<?> items = Values.items(value);
    if (value instanceof String s) {
      text(s);
    } else if (items != null) {
      list(items, depth);
    } else if (value instanceof Map<?, ?> map) {
      map(map, depth);
    } else {
      append(scalar(value));
    }
    rendering.budget().leave();
  }

  private void append(String text) {
    rendering.budget().characters(text.length());
    out.append(text);
  }

  private static String scalar(Object value) {
    if (value instanceof Boolean b) {
      return b ? "true" : "false";
    }
    if (value instanceof Double d) {
      return Double.isNaN(d)
          ? "NaN"
          : Double.isInfinite(d) ? (d > 0 ? "Infinity" : "-Infinity") : PythonText.number(d);
    }
    if (value instanceof Long l) {
      return l.toString();
    }
    if (value == None.NONE) {
      return "null";
    }
    Values.requireDefined(value);
    throw new JinjaException("'" + Values.type(value) + "' cannot be written as JSON");
  }

  private void list(List<?> items, int depth) {
    append("[");
    String separator = "";
    for (Object item : items) {
      append(separator);
      line(depth + 1);
      value(item, depth + 1);
      separator = itemSeparator;
    }
    if (!items.isEmpty()) {
      line(depth);
    }
    append("]");
  }

  private void map(Map<?, ?> map, int depth) {
    append("{");
    String separator = "";
    for (Entry<?, ?> entry : (sorted ? sorted(map) : map).entrySet()) {
      append(separator);
      line(depth + 1);
      Object key = entry.getKey();
      text(key instanceof String s ? s : scalar(key));
      append(keySeparator);
      value(entry.getValue(), depth + 1);
      separator = itemSeparator;
    }
    if (!map.isEmpty()) {
      line(depth);
    }
    append("}");
  }

  private Map<?, ?> sorted(Map<?, ?> map) {
    Map<Object, Object> sorted = new TreeMap<>(rendering.values()::compare);
    sorted.putAll(map);
    return sorted;
  }

  private void line(int depth) {
    if (pretty) {
      rendering.budget().characters(1 + (long) indent.length() * depth);
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void text(String s) {
    rendering.budget().characters(s.length());
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7e)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
