package io.github.owlprune.models.jinja;

import java.util.Map;

/** Finds, counts and replaces parts of texts. Positions are in code points. */
final class TextSearch {
  private TextSearch() {}

  static void addTo(Map<String, Operation> table) {
    Operation.add(table, "find part start end", (r, self, a) -> find(r, (String) self, a, false));
    Operation.add(table, "rfind part start end", (r, self, a) -> find(r, (String) self, a, true));
    Operation.add(
        table, "index part start end", (r, self, a) -> found(find(r, (String) self, a, false)));
    Operation.add(
        table, "rindex part start end", (r, self, a) -> found(find(r, (String) self, a, true)));
    Operation.add(table, "count part", (r, self, a) -> count(r, (String) self, a.text(0)));
    Operation.add(
        table,
        "replace old new count",
        (r, self, a) -> replace(r, (String) self, a.text(0), a.text(1), a.integer(2, -1)));
  }

  private static long found(long index) {
    if (index < 0) {
      throw new JinjaException("the text does not contain the part");
    }
    return index;
  }

  private static long find(Rendering r, String text, Arguments a, boolean last) {
    String part = a.text(0);
    r.budget().search(text, part);
    int length = (int) r.values().length(text);
    int from = text.offsetByCodePoints(0, bound(a.get(1, 0L), length));
    int to = text.offsetByCodePoints(0, bound(a.get(2, (long) length), length));
    int index = -1;
    if (from <= to) {
      String range = text.substring(from, to);
      index = last ? range.lastIndexOf(part) : range.indexOf(part);
    }
    return index < 0 ? -1 : text.codePointCount(0, from + index);
  }

  private static int bound(Object given, int length) {
    long index = given == None.NONE ? 0 : Values.requireInteger(given);
    return (int) Math.max(0, Math.min(length, index < 0 ? index + length : index));
  }

  private static long count(Rendering r, String text, String part) {
    r.budget().search(text, part);
    if (part.isEmpty()) {
      return r.values().length(text) + 1;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  /** Replaces the first occurrences of a part, or all if the number is negative. */
  static String replace(Rendering r, String text, String old, String replacement, int most) {
    r.budget().search(text, old);
    StringBuilder out = new StringBuilder();
    int from = 0;
    int done = 0;
    int at = text.indexOf(old);
    while (at >= 0 && (most < 0 || done < most)) {
      r.budget().characters((long) at - from + replacement.length());
      out.append(text, from, at).append(replacement);
      from = at + old.length();
      done++;
      if (old.isEmpty()) {
        if (at == text.length()) {
          break;
        }
        at = text.offsetByCodePoints(at, 1);
      } else {
        at = text.indexOf(old, from);
      }
    }
    r.budget().characters(text.length() - from);
    return out.append(text, from, text.length()).toString();
  }
}
