package io.github.owlprune.models;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * One change to the bytes of a file.
 *
 * @param kind the kind of change
 * @param at the position, modulo the file's length
 * @param size the number of bytes or repetitions
 * @param value selects the bit, byte, number or value
 */
record Damage(Kind kind, int at, int size, int value) {
  enum Kind {
    FLIP,
    INSERT,
    DELETE,
    REPEAT,
    CUT,
    NUMBER,
    VALUE,
    NEST,
    LENGTHEN
  }

  private static final Pattern NUMBERS = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern VALUES = Pattern.compile("\"[^\"]*\"|-?\\d[\\d.eE+-]*|\\w+|\\[\\]");
  private static final List<String> EXTREMES =
      List.of(
          "0",
          "-1",
          "1",
          "2147483647",
          "2147483648",
          "4294967296",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999999",
          "-9223372036854775808",
          "1e308",
          "1e-320",
          "1e999999999",
          "0.5",
          "00",
          "9".repeat(900));
  private static final List<String> OTHERS =
      List.of("null", "true", "[]", "{}", "\"\"", "\"x\"", "[null]", "{\"a\":{}}", "NaN");

  /** Returns one to three changes. */
  static Arbitrary<List<Damage>> some() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers(),
            // Most changes are small, because small changes keep a file almost valid.
            Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.integers().between(1, 8)),
                Tuple.of(3, Arbitraries.integers().between(1, 200)),
                Tuple.of(1, Arbitraries.integers().between(1, 5000))),
            Arbitraries.integers())
        .as(Damage::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  /** Returns the bytes after all changes, in order. */
  static byte[] damage(List<Damage> changes, byte[] valid) {
    // ISO 8859-1 maps every byte to one character.
    String text = new String(valid, StandardCharsets.ISO_8859_1);
    for (Damage change : changes) {
      text = change.changed(text);
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String changed(String text) {
    int from = Math.floorMod(at, text.length() + 1);
    int to = Math.min(text.length(), from + size);
    String before = text.substring(0, from);
    String part = text.substring(from, to);
    String after = text.substring(to);
    return switch (kind) {
      case FLIP -> before + flipped(part) + after;
      case INSERT -> before + (char) (value & 0xff) + part + after;
      case DELETE -> before + after;
      case REPEAT -> before + part + part + after;
      case CUT -> before;
      case NUMBER -> replaced(text, from, NUMBERS, select(EXTREMES));
      case VALUE -> replaced(text, from, VALUES, select(OTHERS));
      case NEST -> before + (value % 2 == 0 ? "[" : "{\"a\":").repeat(size) + part + after;
      case LENGTHEN -> before + "x".repeat(20 * size) + part + after;
    };
  }

  private String flipped(String part) {
    return part.isEmpty()
        ? part
        : (char) (part.charAt(0) ^ (1 << Math.floorMod(value, 8))) + part.substring(1);
  }

  private String select(List<String> texts) {
    return texts.get(Math.floorMod(value, texts.size()));
  }

  private static String replaced(String text, int from, Pattern pattern, String replacement) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find(from)
        ? text.substring(0, matcher.start()) + replacement + text.substring(matcher.end())
        : text;
  }
}
