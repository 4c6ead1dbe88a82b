package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads operators, from the weakest to the strongest. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream tokens;
  private final PrimaryParser primaries;

  ExpressionParser(TokenStream tokens, Set<String> names) {
    this.tokens = tokens;
    this.primaries = new PrimaryParser(tokens, this, names);
  }

  PrimaryParser primaries() {
    return primaries;
  }

  /** Reads an expression. */
  Expression expression() {
    tokens.enter();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      value = new Operators.Conditional(condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** Reads an expression that does not end in a condition of its own. */
  Expression withoutCondition() {
    return or();
  }

  /** Reads one expression, or several with commas as a tuple. */
  Expression tuple(Supplier<Expression> element) {
    Expression first = element.get();
    if (!tokens.atOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !endsTuple()) {
      items.add(element.get());
    }
    return new Literals.TupleOf(items);
  }

  private boolean endsTuple() {
    return tokens.at(Token.Kind.BLOCK_END)
        || tokens.at(Token.Kind.OUTPUT_END)
        || tokens.atOperator(")")
        || tokens.atName("recursive");
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Operators.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Operators.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.atName("not")) {
      return comparison();
    }
    tokens.take();
    tokens.enter();
    Expression operand = not();
    tokens.leave();
    return new Operators.Not(operand);
  }

  private Expression comparison() {
    List<Expression> operands = new ArrayList<>(List.of(sum()));
    List<String> operators = new ArrayList<>();
    while (true) {
      Token token = tokens.current();
      boolean negated = tokens.atName("not") && tokens.after().is(Token.Kind.NAME, "in");
      if (negated) {
        tokens.take();
        operators.add("not in");
      } else if (tokens.atName("in")
          || (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text()))) {
        operators.add(token.text());
      } else {
        return operators.isEmpty()
            ? operands.get(0)
            : new Operators.Comparison(operands, operators);
      }
      tokens.take();
      operands.add(sum());
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.atOperator("+") || tokens.atOperator("-")) {
      left = new Operators.Binary(tokens.take().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Operators.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (tokens.atOperator("*")
        || tokens.atOperator("/")
        || tokens.atOperator("//")
        || tokens.atOperator("%")) {
      left = new Operators.Binary(tokens.take().text(), left, power());
    }
    return left;
  }

  /** Reads powers, which Jinja groups from the left. */
  private Expression power() {
    Expression left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Operators.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    tokens.enter();
    Expression value;
    if (tokens.skipOperator("-")) {
      value = new Operators.Negation(unary(false));
    } else if (tokens.skipOperator("+")) {
      value = unary(false);
    } else {
      value = primaries.primary();
    }
    value = primaries.postfix(value);
    value = withFilters ? primaries.filtersAndTests(value) : value;
    tokens.leave();
    return value;
  }
}
