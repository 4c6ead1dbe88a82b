package io.github.owlprune.models.jinja;

import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Python's rules for single characters, and what follows for whole texts. */
final class Characters {
  private Characters() {}

  /** Returns whether Python counts a character as whitespace. */
  static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || Character.isSpaceChar(c);
  }

  /** Returns whether a line ends at a character, for {@code splitlines}. */
  static boolean endsLine(int c) {
    return (c >= 0x0a && c <= 0x0d)
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** Removes characters from the ends of a text: those given, or whitespace. */
  static String strip(String text, @Nullable String characters, boolean left, boolean right) {
    IntPredicate removed =
        characters == null ? Characters::isSpace : c -> characters.indexOf(c) >= 0;
    int start = 0;
    int end = text.length();
    while (left && start < end && removed.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && removed.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return Character.toString(Character.toTitleCase(first))
        + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
  }

  /** Starts each run of letters with a capital, as {@code str.title} does. */
  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return out.toString();
  }

  /** Returns whether a text has letters, all of them in one case. */
  static boolean isCased(String text, boolean upper) {
    IntPredicate wanted = upper ? Character::isUpperCase : Character::isLowerCase;
    IntPredicate other = upper ? Character::isLowerCase : Character::isUpperCase;
    return text.codePoints().anyMatch(wanted) && text.codePoints().noneMatch(other);
  }

  static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .map(c -> isCased(c, true) ? c.toLowerCase(Locale.ROOT) : c.toUpperCase(Locale.ROOT))
        .forEach(out::append);
    return out.toString();
  }
}
