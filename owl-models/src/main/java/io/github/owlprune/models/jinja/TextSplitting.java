package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Splits texts and joins them. */
final class TextSplitting {
  private TextSplitting() {}

  static void addTo(Map<String, Operation> table) {
    Operation.add(table, "split sep maxsplit", (r, self, a) -> split(r, (String) self, a));
    Operation.add(
        table, "rsplit sep maxsplit", (r, self, a) -> splitFromRight(r, (String) self, a));
    Operation.add(
        table,
        "splitlines keepends",
        (r, self, a) -> lines(r, (String) self, r.values().truth(a.get(0, false))));
    Operation.add(
        table, "partition sep", (r, self, a) -> partition(r, (String) self, a.text(0), false));
    Operation.add(
        table, "rpartition sep", (r, self, a) -> partition(r, (String) self, a.text(0), true));
    Operation.add(
        table,
        "join items",
        (r, self, a) -> {
          StringBuilder out = new StringBuilder();
          String separator = "";
          for (Object item : r.values().list(a.get(0))) {
            String part = Values.requireText(item);
            r.budget().characters((long) separator.length() + part.length());
            out.append(separator).append(part);
            separator = (String) self;
          }
          return out.toString();
        });
  }

  private static int most(Arguments a) {
    int given = a.integer(1, -1);
    return given < 0 ? Integer.MAX_VALUE : given;
  }

  private static String separator(Rendering r, String text, Object given) {
    String separator = Values.requireText(given);
    if (separator.isEmpty()) {
      throw new JinjaException("the separator must not be empty");
    }
    r.budget().search(text, separator);
    return separator;
  }

  private static List<String> split(Rendering r, String text, Arguments a) {
    Object given = a.get(0, None.NONE);
    r.made(text);
    int most = most(a);
    List<String> parts = new ArrayList<>();
    if (given == None.NONE) {
      int start = skip(text, 0, true);
      while (start < text.length() && parts.size() < most) {
        int end = skip(text, start, false);
        r.budget().steps(1);
        parts.add(text.substring(start, end));
        start = skip(text, end, true);
      }
      if (start < text.length()) {
        parts.add(text.substring(start));
      }
      return parts;
    }
    String separator = separator(r, text, given);
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && parts.size() < most;
        at = text.indexOf(separator, from)) {
      r.budget().steps(1);
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** Returns where whitespace, or what is no whitespace, ends. */
  private static int skip(String text, int from, boolean whitespace) {
    int end = from;
    while (end < text.length() && Characters.isSpace(text.charAt(end)) == whitespace) {
      end++;
    }
    return end;
  }

  private static List<String> splitFromRight(Rendering r, String text, Arguments a) {
    int most = most(a);
    Object given = a.get(0, None.NONE);
    if (given == None.NONE || most == Integer.MAX_VALUE) {
      if (most != Integer.MAX_VALUE) {
        throw new JinjaException("rsplit with maxsplit needs a separator");
      }
      return split(r, text, a);
    }
    String separator = separator(r, text, given);
    r.made(text);
    List<String> parts = new ArrayList<>();
    int end = text.length();
    for (int at = text.lastIndexOf(separator);
        at >= 0 && parts.size() < most;
        at = text.lastIndexOf(separator, end - separator.length())) {
      r.budget().steps(1);
      parts.add(text.substring(at + separator.length(), end));
      end = at;
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  private static List<String> lines(Rendering r, String text, boolean keepEnds) {
    r.made(text);
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (Characters.endsLine(text.charAt(i))) {
        r.budget().steps(1);
        int end = text.startsWith("\r\n", i) ? i + 2 : i + 1;
        lines.add(text.substring(from, keepEnds ? end : i));
        from = end;
        i = end - 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  private static Tuple partition(Rendering r, String text, String given, boolean last) {
    String separator = separator(r, text, given);
    r.made(text);
    int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }
}
