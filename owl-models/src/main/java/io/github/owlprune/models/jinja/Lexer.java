package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Divides a template into text and tags, and removes the whitespace around tags. */
final class Lexer {
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*-?%}");
  private static final Pattern END_OF_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}");

  private final String source;
  private final Dialect dialect;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarts = true;

  private Lexer(String source, Dialect dialect) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    boolean shortened = !dialect.keepTrailingNewline() && text.endsWith("\n");
    this.source = shortened ? text.substring(0, text.length() - 1) : text;
    this.dialect = dialect;
  }

  static List<Token> tokens(String source, Dialect dialect) {
    Lexer lexer = new Lexer(source, dialect);
    while (lexer.position < lexer.source.length()) {
      lexer.next();
    }
    lexer.tokens.add(new Token(Token.Kind.END, "", lexer.line));
    return lexer.tokens;
  }

  private void next() {
    int tag = nextTag();
    if (tag < 0) {
      text(source.substring(position));
      advance(source.length());
      return;
    }
    char kind = source.charAt(tag + 1);
    char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
    text(stripped(source.substring(position, tag), sign, kind != '{'));
    advance(tag);
    Matcher raw = RAW.matcher(source).region(tag, source.length());
    if (kind == '%' && raw.lookingAt()) {
      raw(raw.end());
      return;
    }
    advance(sign == '-' || sign == '+' ? tag + 3 : tag + 2);
    if (kind == '#') {
      comment();
    } else {
      tag(kind == '%');
    }
  }

  private int nextTag() {
    int at = source.indexOf('{', position);
    while (at >= 0 && at + 1 < source.length() && "%{#".indexOf(source.charAt(at + 1)) < 0) {
      at = source.indexOf('{', at + 1);
    }
    return at + 1 < source.length() ? at : -1;
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Kind.TEXT, text, line));
    }
  }

  /** Removes the whitespace that a tag removes before it. */
  private String stripped(String text, char sign, boolean isBlock) {
    if (sign == '-') {
      return Characters.strip(text, null, false, true);
    }
    int start = text.lastIndexOf('\n') + 1;
    boolean applies = sign != '+' && dialect.lstripBlocks() && isBlock && (start > 0 || lineStarts);
    return applies && text.substring(start).chars().allMatch(Characters::isSpace)
        ? text.substring(0, start)
        : text;
  }

  private void advance(int to) {
    for (int i = position; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
    lineStarts = to > 0 && source.charAt(to - 1) == '\n';
    position = to;
  }

  /** Moves behind the end of a tag and the whitespace that it removes. */
  private void endTag(int end, char sign, boolean isBlock) {
    int after = end;
    if (sign == '-') {
      while (after < source.length() && Characters.isSpace(source.charAt(after))) {
        after++;
      }
    } else if (isBlock && sign != '+' && dialect.trimBlocks() && source.startsWith("\n", after)) {
      after++;
    }
    advance(after);
  }

  private void comment() {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw new JinjaException("a comment does not end", line);
    }
    endTag(end + 2, end > position ? source.charAt(end - 1) : ' ', true);
  }

  private void raw(int start) {
    int first = line;
    boolean strips = source.charAt(start - 3) == '-';
    advance(start);
    if (strips) {
      endTag(start, '-', false);
    }
    Matcher end = END_OF_RAW.matcher(source);
    if (!end.find(position)) {
      throw new JinjaException("a raw block does not end", first);
    }
    char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
    text(stripped(source.substring(position, end.start()), sign, true));
    endTag(end.end(), end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
  }

  private void tag(boolean isBlock) {
    int start = position;
    int first = line;
    tokens.add(new Token(isBlock ? Token.Kind.BLOCK_START : Token.Kind.OUTPUT_START, "", line));
    TagLexer inside = new TagLexer(source, start, first, isBlock ? "%}" : "}}");
    inside.addTo(tokens);
    tokens.add(new Token(isBlock ? Token.Kind.BLOCK_END : Token.Kind.OUTPUT_END, "", line));
    endTag(inside.end() + 2, inside.sign(), isBlock);
  }
}
