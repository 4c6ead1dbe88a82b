package io.github.owlprune.models.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Divides the inside of one tag into names, numbers, strings and operators. */
final class TagLexer {
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}_]*");
  private static final Pattern NUMBER =
      Pattern.compile(
          "0[xX][\\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\\d[\\d_]*(\\.\\d[\\d_]*)?([eE][+-]?\\d+)?");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final String mark;
  private final Deque<Character> open = new ArrayDeque<>();
  private int position;
  private int line;
  private char sign = ' ';

  TagLexer(String source, int position, int line, String mark) {
    this.source = source;
    this.position = position;
    this.line = line;
    this.mark = mark;
  }

  /** Returns where the mark that ends the tag starts. */
  int end() {
    return position;
  }

  /** Returns the sign before that mark, or a blank. */
  char sign() {
    return sign;
  }

  void addTo(List<Token> tokens) {
    int first = line;
    while (!ends()) {
      if (position >= source.length()) {
        throw new JinjaException("a tag does not end with '" + mark + "'", first);
      }
      char c = source.charAt(position);
      if (Characters.isSpace(c)) {
        line += c == '\n' ? 1 : 0;
        position++;
      } else {
        tokens.add(token(c));
      }
    }
  }

  private boolean ends() {
    if (!open.isEmpty()) {
      return false;
    }
    boolean signed =
        source.startsWith("-" + mark, position)
            || (mark.equals("%}") && source.startsWith("+" + mark, position));
    if (signed) {
      sign = source.charAt(position++);
    }
    return source.startsWith(mark, position);
  }

  private Token token(char c) {
    if (c == '\'' || c == '"') {
      return string(c);
    }
    Matcher name = NAME.matcher(source).region(position, source.length());
    if (name.lookingAt()) {
      position = name.end();
      return new Token(Token.Kind.NAME, name.group(), line);
    }
    Matcher number = NUMBER.matcher(source).region(position, source.length());
    if (number.lookingAt()) {
      position = number.end();
      return new Token(Token.Kind.NUMBER, number.group(), number(number), line);
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, position)) {
        balance(c);
        position += operator.length();
        return new Token(Token.Kind.OPERATOR, operator, line);
      }
    }
    throw new JinjaException(
        "unexpected character '" + Character.toString(source.codePointAt(position)) + "'", line);
  }

  private void balance(char c) {
    switch (c) {
      case '{' -> open.push('}');
      case '[' -> open.push(']');
      case '(' -> open.push(')');
      case '}', ']', ')' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw new JinjaException("unexpected '" + c + "'", line);
        }
      }
      default -> {}
    }
  }

  private Object number(Matcher number) {
    String digits = number.group().replace("_", "");
    try {
      if (number.group(1) != null || number.group(2) != null) {
        return Double.valueOf(digits);
      }
      boolean prefixed = digits.length() > 2 && Character.isLetter(digits.charAt(1));
      int radix =
          !prefixed
              ? 10
              : switch (Character.toLowerCase(digits.charAt(1))) {
                case 'x' -> 16;
                case 'o' -> 8;
                default -> 2;
              };
      return Long.valueOf(prefixed ? digits.substring(2) : digits, radix);
    } catch (NumberFormatException e) {
      throw new JinjaException("the number " + digits + " is not supported", line);
    }
  }

  private Token string(char quote) {
    int first = line;
    int at = position + 1;
    while (at < source.length() && source.charAt(at) != quote) {
      line += source.charAt(at) == '\n' ? 1 : 0;
      at += source.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= source.length()) {
      throw new JinjaException("a string does not end", first);
    }
    String text = Escapes.decode(source.substring(position + 1, at), first);
    position = at + 1;
    return new Token(Token.Kind.STRING, text, first);
  }
}
