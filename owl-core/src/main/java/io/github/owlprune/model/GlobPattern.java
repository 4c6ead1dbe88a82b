package io.github.owlprune.model;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Translates a glob to a regular expression. {@link java.nio.file.PathMatcher} would depend on the
 * platform: on Windows it ignores case and takes a backslash for a separator. A linear's name has
 * no separators, so {@code *} matches everything.
 */
final class GlobPattern {
  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;

  GlobPattern(String glob) {
    this.glob = glob;
  }

  Pattern compile() {
    boolean inGroup = false;
    while (at < glob.length()) {
      char c = glob.charAt(at++);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '\\' -> literal(escaped());
        case '[' -> characterSet();
        case '{' -> {
          require(!inGroup, "a group inside a group");
          inGroup = true;
          regex.append("(?:(?:");
        }
        case '}' -> {
          regex.append(inGroup ? "))" : "\\}");
          inGroup = false;
        }
        case ',' -> regex.append(inGroup ? ")|(?:" : ",");
        default -> literal(c);
      }
    }
    require(!inGroup, "a { without a }");
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private void literal(char c) {
    regex.append(Pattern.quote(String.valueOf(c)));
  }

  private char escaped() {
    require(at < glob.length(), "a \\ at the end");
    return glob.charAt(at++);
  }

  /** Translates {@code [abc]}, {@code [a-c]} and {@code [!a-c]}. */
  private void characterSet() {
    regex.append('[');
    if (at < glob.length() && glob.charAt(at) == '!') {
      regex.append('^');
      at++;
    }
    int first = at;
    while (at < glob.length() && (glob.charAt(at) != ']' || at == first)) {
      char c = glob.charAt(at++);
      boolean range = c == '-' && at - 1 > first && at < glob.length() && glob.charAt(at) != ']';
      require(!range || glob.charAt(at - 2) <= glob.charAt(at), "a range that runs backwards");
      regex.append(range ? "-" : escapedInSet(c));
    }
    require(at < glob.length(), "a [ without a ]");
    at++;
    regex.append(']');
  }

  private static String escapedInSet(char c) {
    return Character.isLetterOrDigit(c) ? String.valueOf(c) : "\\" + c;
  }

  private void require(boolean sound, String fault) {
    if (!sound) {
      throw new PatternSyntaxException("the glob has " + fault, glob, at);
    }
  }
}
