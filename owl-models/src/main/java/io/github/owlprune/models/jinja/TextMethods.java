package io.github.owlprune.models.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Python's methods of texts. */
final class TextMethods {
  static final Map<String, Operation> ALL = all();

  private TextMethods() {}

  private static Map<String, Operation> all() {
    Map<String, Operation> table = new HashMap<>();
    addCases(table);
    addTests(table);
    addEnds(table);
    TextSearch.addTo(table);
    TextSplitting.addTo(table);
    Operation.add(
        table, "format *", (r, self, a) -> r.made(BraceFormat.format(r, (String) self, a)));
    return Map.copyOf(table);
  }

  private static void addCases(Map<String, Operation> table) {
    map(table, "upper", s -> s.toUpperCase(Locale.ROOT));
    map(table, "lower", s -> s.toLowerCase(Locale.ROOT));
    map(table, "casefold", s -> s.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    map(table, "swapcase", Characters::swapCase);
    map(table, "title", Characters::title);
    map(table, "capitalize", Characters::capitalize);
  }

  private static void map(Map<String, Operation> table, String name, UnaryOperator<String> body) {
    Operation.add(table, name, (r, self, a) -> r.made(body.apply((String) self)));
  }

  private static void addTests(Map<String, Operation> table) {
    characters(table, "isdigit", Character::isDigit);
    characters(table, "isdecimal", Character::isDigit);
    characters(table, "isnumeric", Character::isDigit);
    characters(table, "isalpha", Character::isLetter);
    characters(table, "isalnum", Character::isLetterOrDigit);
    characters(table, "isspace", Characters::isSpace);
    Operation.add(table, "isupper", (r, self, a) -> Characters.isCased((String) self, true));
    Operation.add(table, "islower", (r, self, a) -> Characters.isCased((String) self, false));
    ends(table, "startswith", String::startsWith);
    ends(table, "endswith", String::endsWith);
  }

  private static void characters(
      Map<String, Operation> table, String name, IntPredicate predicate) {
    Operation.add(table, name, (r, self, a) -> Characters.all((String) self, predicate));
  }

  private static void ends(
      Map<String, Operation> table, String name, BiPredicate<String, String> predicate) {
    Operation.add(
        table,
        name + " affix",
        (r, self, a) -> {
          List<?> affixes = a.get(0) instanceof Tuple t ? t.items() : List.of(a.get(0));
          return affixes.stream()
              .anyMatch(x -> predicate.test((String) self, Values.requireText(x)));
        });
  }

  private static void addEnds(Map<String, Operation> table) {
    Operation.add(table, "strip chars", (r, self, a) -> strip(r, self, a, true, true));
    Operation.add(table, "lstrip chars", (r, self, a) -> strip(r, self, a, true, false));
    Operation.add(table, "rstrip chars", (r, self, a) -> strip(r, self, a, false, true));
    Operation.add(
        table,
        "removeprefix prefix",
        (r, self, a) -> {
          String s = (String) self;
          return r.made(s.startsWith(a.text(0)) ? s.substring(a.text(0).length()) : s);
        });
    Operation.add(
        table,
        "removesuffix suffix",
        (r, self, a) -> {
          String s = (String) self;
          return r.made(
              s.endsWith(a.text(0)) ? s.substring(0, s.length() - a.text(0).length()) : s);
        });
    Operation.add(table, "ljust width fill", (r, self, a) -> pad(r, self, a, '<'));
    Operation.add(table, "rjust width fill", (r, self, a) -> pad(r, self, a, '>'));
    Operation.add(table, "center width fill", (r, self, a) -> pad(r, self, a, '^'));
    Operation.add(table, "zfill width", TextMethods::fillWithZeros);
  }

  private static String strip(Rendering r, Object self, Arguments a, boolean left, boolean right) {
    return r.made(Characters.strip((String) self, given(a.get(0, None.NONE)), left, right));
  }

  private static @Nullable String given(Object characters) {
    return characters == None.NONE ? null : Values.requireText(characters);
  }

  private static String pad(Rendering r, Object self, Arguments a, char align) {
    int width = a.integer(0);
    r.budget().characters(Math.max(0, width));
    return new FormatSpec(a.text(1, " "), align, false, false, width, -1, 's').format(r, self);
  }

  private static String fillWithZeros(Rendering r, Object self, Arguments a) {
    String s = (String) self;
    long missing = Math.max(0, a.integer(0) - r.values().length(s));
    r.budget().characters(missing);
    int sign = s.startsWith("-") || s.startsWith("+") ? 1 : 0;
    return s.substring(0, sign) + "0".repeat((int) missing) + s.substring(sign);
  }
}
