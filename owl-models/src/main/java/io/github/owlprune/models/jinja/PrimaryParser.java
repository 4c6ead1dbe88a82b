package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads constants and names, and what follows them: members, calls, filters and tests. */
final class PrimaryParser {
  private static final Literals.Constant NONE = new Literals.Constant(None.NONE);

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final Set<String> names;

  PrimaryParser(TokenStream tokens, ExpressionParser expressions, Set<String> names) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.names = names;
  }

  Expression primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        return name(tokens.take().text());
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (tokens.at(Token.Kind.STRING)) {
          text.append(tokens.take().text());
        }
        return new Literals.Constant(text.toString());
      }
      case NUMBER -> {
        return new Literals.Constant(tokens.take().value());
      }
      default -> {
        if (tokens.skipOperator("(")) {
          return parenthesized();
        }
        if (tokens.skipOperator("[")) {
          return list();
        }
        if (tokens.skipOperator("{")) {
          return dict();
        }
        throw tokens.unexpected("a value");
      }
    }
  }

  private Expression name(String name) {
    switch (name) {
      case "true", "True" -> {
        return new Literals.Constant(true);
      }
      case "false", "False" -> {
        return new Literals.Constant(false);
      }
      case "none", "None" -> {
        return NONE;
      }
      default -> {
        names.add(name);
        return new Access.Name(name);
      }
    }
  }

  private Expression parenthesized() {
    if (tokens.skipOperator(")")) {
      return new Literals.TupleOf(List.of());
    }
    Expression value = expressions.tuple(expressions::expression);
    tokens.expectOperator(")");
    return value;
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.atOperator("]")) {
      items.add(expressions.expression());
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator("]");
    return new Literals.ListOf(items);
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.atOperator("}")) {
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator("}");
    return new Literals.DictOf(keys, values);
  }

  /** Reads members and calls after a value. */
  Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token member = tokens.take();
        if (member.kind() == Token.Kind.NAME) {
          value = new Access.Attribute(value, member.text());
        } else if (member.value() instanceof Long) {
          value = new Access.Item(value, new Literals.Constant(member.value()));
        } else {
          throw new JinjaException("expected a name after '.'", member.line());
        }
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.atOperator("(")) {
        value = new Access.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression value) {
    Expression start = NONE;
    if (!tokens.atOperator(":")) {
      start = expressions.expression();
      if (tokens.skipOperator("]")) {
        return new Access.Item(value, start);
      }
    }
    tokens.expectOperator(":");
    Expression stop = tokens.atOperator(":") ? NONE : bound();
    Expression step = tokens.skipOperator(":") ? bound() : NONE;
    tokens.expectOperator("]");
    return new Access.Slice(value, start, stop, step);
  }

  private Expression bound() {
    return tokens.atOperator("]") ? NONE : expressions.expression();
  }

  /** Reads arguments in parentheses. */
  List<Access.Argument> arguments() {
    tokens.expectOperator("(");
    List<Access.Argument> arguments = new ArrayList<>();
    while (!tokens.atOperator(")")) {
      String name = "";
      if (tokens.atOperator("*") || tokens.atOperator("**")) {
        name = tokens.take().text();
      } else if (tokens.at(Token.Kind.NAME) && tokens.after().is(Token.Kind.OPERATOR, "=")) {
        name = tokens.take().text();
        tokens.take();
      } else if (arguments.stream().anyMatch(a -> !a.name().isEmpty() && !a.name().equals("*"))) {
        throw tokens.error("an argument without a name follows one with a name");
      }
      arguments.add(new Access.Argument(name, expressions.expression()));
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator(")");
    return arguments;
  }

  /** Reads filters, tests and calls after a value. */
  Expression filtersAndTests(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator("|")) {
        Statements.Filter filter = filter();
        value = new Access.Filtered(value, filter.name(), filter.arguments());
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.atOperator("(")) {
        value = new Access.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** Reads a filter's name and arguments. */
  Statements.Filter filter() {
    String name = dotted();
    return new Statements.Filter(name, tokens.atOperator("(") ? arguments() : List.of());
  }

  private String dotted() {
    StringBuilder name = new StringBuilder(tokens.expect(Token.Kind.NAME).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Token.Kind.NAME).text());
    }
    return name.toString();
  }

  private Expression test(Expression value) {
    boolean negated = tokens.skipName("not");
    String name = dotted();
    List<Access.Argument> arguments = List.of();
    if (tokens.atOperator("(")) {
      arguments = arguments();
    } else if (startsArgument()) {
      if (tokens.atName("is")) {
        throw tokens.error("tests cannot follow one another; use 'and'");
      }
      arguments = List.of(new Access.Argument("", postfix(primary())));
    }
    Expression tested = new Access.Tested(value, name, arguments);
    return negated ? new Operators.Not(tested) : tested;
  }

  private boolean startsArgument() {
    return switch (tokens.current().kind()) {
      case STRING, NUMBER -> true;
      case NAME -> !Set.of("else", "or", "and").contains(tokens.current().text());
      default -> tokens.atOperator("[") || tokens.atOperator("{");
    };
  }
}
