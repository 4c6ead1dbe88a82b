package io.github.owlprune.models.jinja;

import java.util.List;

/** The tokens of a template while they are read. */
final class TokenStream {
  /** Expressions and blocks inside one another; a thread's stack holds some more. */
  private static final int DEPTH = 100;

  private final List<Token> tokens;
  private int position;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token before() {
    return tokens.get(Math.max(position - 1, 0));
  }

  Token after() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = current();
    position = Math.min(position + 1, tokens.size() - 1);
    return token;
  }

  boolean at(Token.Kind kind) {
    return current().kind() == kind;
  }

  boolean atOperator(String operator) {
    return current().is(Token.Kind.OPERATOR, operator);
  }

  boolean atName(String name) {
    return current().is(Token.Kind.NAME, name);
  }

  /** Skips an operator, if it is next. */
  boolean skipOperator(String operator) {
    boolean found = atOperator(operator);
    if (found) {
      take();
    }
    return found;
  }

  /** Skips a name, if it is next. */
  boolean skipName(String name) {
    boolean found = atName(name);
    if (found) {
      take();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expect(Token.Kind kind) {
    if (!at(kind)) {
      throw unexpected(kind.toString());
    }
    return take();
  }

  JinjaException unexpected(String wanted) {
    return error("expected " + wanted + ", found " + current().shown());
  }

  JinjaException error(String reason) {
    return new JinjaException(reason, current().line());
  }

  void enter() {
    if (++depth > DEPTH) {
      throw error("blocks or expressions are nested more than " + DEPTH + " deep");
    }
  }

  void leave() {
    depth--;
  }
}
