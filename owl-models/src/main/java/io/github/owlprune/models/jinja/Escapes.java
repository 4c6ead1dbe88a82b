package io.github.owlprune.models.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's escapes in strings. */
final class Escapes {
  private static final Pattern CODE =
      Pattern.compile(
          "x([\\da-fA-F]{2})|u([\\da-fA-F]{4})|U([\\da-fA-F]{8})|([0-7]{1,3})|N\\{([^}]*)\\}");

  private Escapes() {}

  static String decode(String text, int line) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
      out.append(text, from, at);
      from = decode(text, at + 1, out, line);
    }
    return out.append(text, from, text.length()).toString();
  }

  private static int decode(String text, int at, StringBuilder out, int line) {
    char c = text.charAt(at);
    int simple = "\\'\"abfnrtv\n".indexOf(c);
    if (simple >= 0) {
      out.append(c == '\n' ? "" : String.valueOf("\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple)));
      return at + 1;
    }
    Matcher code = CODE.matcher(text).region(at, text.length());
    if (code.lookingAt()) {
      try {
        out.appendCodePoint(codePoint(code));
      } catch (IllegalArgumentException e) {
        throw new JinjaException("a string has the unknown escape \\" + code.group(), line);
      }
      return code.end();
    }
    if (c == 'x' || c == 'u' || c == 'U' || c == 'N') {
      throw new JinjaException("a string has an incomplete escape \\" + c, line);
    }
    out.append('\\').append(c);
    return at + 1;
  }

  private static int codePoint(Matcher code) {
    if (code.group(5) != null) {
      return Character.codePointOf(code.group(5));
    }
    if (code.group(4) != null) {
      return Integer.parseInt(code.group(4), 8);
    }
    return Integer.parseUnsignedInt(code.group().substring(1), 16);
  }
}
