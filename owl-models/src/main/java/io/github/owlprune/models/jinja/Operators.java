package io.github.owlprune.models.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions with operators. */
final class Operators {
  private Operators() {}

  /** Arithmetic with two operands. */
  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object a = frame.evaluate(left);
      return Arithmetic.apply(frame.rendering(), operator, a, frame.evaluate(right));
    }
  }

  /** {@code -a}. */
  record Negation(Expression operand) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return Arithmetic.negate(frame.evaluate(operand));
    }
  }

  /** {@code a ~ b}, which joins values as texts. */
  record Concatenation(List<Expression> parts) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      StringBuilder out = new StringBuilder();
      for (Expression part : parts) {
        out.append(frame.rendering().made(frame.text(frame.evaluate(part))));
      }
      return out.toString();
    }
  }

  /** {@code not a}. */
  record Not(Expression operand) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      return !frame.truth(operand);
    }
  }

  /** {@code a and b}, whose value is that of the operand that decides. */
  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object a = frame.evaluate(left);
      return frame.values().truth(a) ? frame.evaluate(right) : a;
    }
  }

  /** {@code a or b}, whose value is that of the operand that decides. */
  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object a = frame.evaluate(left);
      return frame.values().truth(a) ? a : frame.evaluate(right);
    }
  }

  /** {@code a if condition else b}; without {@code else}, undefined. */
  record Conditional(Expression condition, Expression then, @Nullable Expression otherwise)
      implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      if (frame.truth(condition)) {
        return frame.evaluate(then);
      }
      return otherwise == null
          ? new Undefined("the condition is false, and there is no else", false)
          : frame.evaluate(otherwise);
    }
  }

  /** {@code a < b <= c}: operator i stands between operands i and i + 1. */
  record Comparison(List<Expression> operands, List<String> operators) implements Expression {
    @Override
    public Object evaluate(Frame frame) {
      Object left = frame.evaluate(operands.get(0));
      for (int i = 0; i < operators.size(); i++) {
        Object right = frame.evaluate(operands.get(i + 1));
        if (!holds(frame.values(), operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }

    private static boolean holds(Values values, String operator, Object a, Object b) {
      return switch (operator) {
        case "==" -> values.equal(a, b);
        case "!=" -> !values.equal(a, b);
        case "in" -> values.contains(b, a);
        case "not in" -> !values.contains(b, a);
        case "<" -> values.compare(a, b) < 0;
        case "<=" -> values.compare(a, b) <= 0;
        case ">" -> values.compare(a, b) > 0;
        default -> values.compare(a, b) >= 0;
      };
    }
  }
}
