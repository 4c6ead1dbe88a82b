package io.github.owlprune.models.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters for texts; other values are first written as texts. */
final class TextFilters {
  private static final Pattern WORD =
      Pattern.compile("[^-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static void addTo(Map<String, Operation> table) {
    map(table, "upper", s -> s.toUpperCase(Locale.ROOT));
    map(table, "lower", s -> s.toLowerCase(Locale.ROOT));
    map(table, "capitalize", Characters::capitalize);
    map(table, "title", TextFilters::title);
    map(table, "string", s -> s);
    map(table, "safe", s -> s);
    map(table, "escape", TextFilters::escape);
    map(table, "e", TextFilters::escape);
    Operation.add(
        table,
        "trim chars",
        (r, v, a) -> {
          Object chars = a.get(0, None.NONE);
          return Characters.strip(
              r.made(text(r, v)),
              chars == None.NONE ? null : Values.requireText(chars),
              true,
              true);
        });
    Operation.add(
        table,
        "replace old new count",
        (r, v, a) ->
            TextSearch.replace(
                r,
                text(r, v),
                text(r, a.get(0)),
                text(r, a.get(1)),
                a.has(2) && a.get(2) != None.NONE ? a.integer(2) : -1));
    Operation.add(table, "indent width first blank", TextFilters::indent);
    Operation.add(
        table,
        "format *",
        (r, v, a) ->
            r.made(
                PercentFormat.format(
                    r, text(r, v), a.named().isEmpty() ? new Tuple(a.positional()) : a.named())));
    Operation.add(
        table,
        "center width",
        (r, v, a) ->
            r.made(
                new FormatSpec(" ", '^', false, false, Math.min(a.integer(0, 80), 1 << 20), -1, 's')
                    .format(r, text(r, v))));
    Operation.add(table, "wordcount", (r, v, a) -> WORDS.matcher(text(r, v)).results().count());
  }

  private static final Pattern WORDS = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private static String text(Rendering r, Object value) {
    return PythonText.str(value, r.budget());
  }

  private static void map(Map<String, Operation> table, String name, UnaryOperator<String> body) {
    Operation.add(table, name, (r, v, a) -> r.made(body.apply(text(r, v))));
  }

  private static String title(String text) {
    return WORD.matcher(text)
        .replaceAll(
            m -> {
              int second = m.group().offsetByCodePoints(0, 1);
              return Matcher.quoteReplacement(
                  m.group().substring(0, second).toUpperCase(Locale.ROOT)
                      + m.group().substring(second).toLowerCase(Locale.ROOT));
            });
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static String indent(Rendering r, Object value, Arguments a) {
    String text = text(r, value);
    Object width = a.get(0, 4L);
    String indent =
        width instanceof String s ? s : " ".repeat(Math.max(0, Math.min(a.integer(0, 4), 1000)));
    boolean first = r.values().truth(a.get(1, false));
    boolean blank = r.values().truth(a.get(2, false));
    List<String> lines = List.of((text + "\n").split("\\R", -1));
    StringBuilder out = new StringBuilder();
    for (int i = 0; i + 1 < lines.size(); i++) {
      boolean indented = i == 0 ? first : blank || !lines.get(i).isEmpty();
      r.budget().characters(indent.length() + 1L + lines.get(i).length());
      out.append(i > 0 ? "\n" : "").append(indented ? indent : "").append(lines.get(i));
    }
    return out.toString();
  }
}
