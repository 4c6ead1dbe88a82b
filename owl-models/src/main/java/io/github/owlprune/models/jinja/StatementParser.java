package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads text and tags. */
final class StatementParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final Set<String> names = new HashSet<>();
  private int loops;

  StatementParser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens, names);
  }

  Block template() {
    return block(Set.of(), "");
  }

  /** Reads until one of the tags, whose name is then next; at the end of the template if none. */
  private Block block(Set<String> ends, String opened) {
    tokens.enter();
    int start = tokens.before().line();
    List<Block.Line> lines = new ArrayList<>();
    while (true) {
      Token token = tokens.take();
      switch (token.kind()) {
        case TEXT -> lines.add(new Block.Line(token.line(), new Statements.Text(token.text())));
        case OUTPUT_START -> {
          Expression value = expressions.tuple(expressions::expression);
          tokens.expect(Token.Kind.OUTPUT_END);
          lines.add(new Block.Line(token.line(), new Statements.Output(value)));
        }
        case BLOCK_START -> {
          if (tokens.at(Token.Kind.NAME) && ends.contains(tokens.current().text())) {
            tokens.leave();
            return new Block(lines);
          }
          lines.add(new Block.Line(token.line(), statement()));
        }
        default -> {
          if (!ends.isEmpty()) {
            throw new JinjaException("the '" + opened + "' block does not end", start);
          }
          tokens.leave();
          return new Block(lines);
        }
      }
    }
  }

  /** Reads until a tag, and that tag. */
  private Block blockUntil(String end, String opened) {
    Block body = block(Set.of(end), opened);
    tokens.take();
    endTag();
    return body;
  }

  private void endTag() {
    tokens.expect(Token.Kind.BLOCK_END);
  }

  private Statement statement() {
    Token tag = tokens.current();
    String name = tokens.expect(Token.Kind.NAME).text();
    return switch (name) {
      case "if" -> branches();
      case "for" -> loop();
      case "set" -> assignment();
      case "with" -> with();
      case "macro" -> macro();
      case "call" -> call();
      case "filter" -> filtered();
      case "generation" -> {
        endTag();
        yield new Statements.With(List.of(), List.of(), blockUntil("endgeneration", "generation"));
      }
      case "break", "continue" -> {
        if (loops == 0) {
          throw new JinjaException("'" + name + "' stands outside a loop", tag.line());
        }
        endTag();
        yield new Statements.Jump(
            name.equals("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE);
      }
      default -> throw new JinjaException("unknown or misplaced tag '" + name + "'", tag.line());
    };
  }

  private Statement branches() {
    List<Expression> conditions = new ArrayList<>();
    List<Block> branches = new ArrayList<>();
    String next = "if";
    while (!next.equals("endif")) {
      if (!next.equals("else")) {
        conditions.add(expressions.tuple(expressions::expression));
      }
      endTag();
      branches.add(
          block(next.equals("else") ? Set.of("endif") : Set.of("elif", "else", "endif"), "if"));
      next = tokens.take().text();
    }
    endTag();
    return new Statements.If(conditions, branches);
  }

  private Statement loop() {
    Target target = target();
    if (!tokens.skipName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expression items = expressions.tuple(expressions::withoutCondition);
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    endTag();
    loops++;
    Block body = block(Set.of("else", "endfor"), "for");
    loops--;
    Block otherwise = null;
    if (tokens.take().text().equals("else")) {
      endTag();
      otherwise = block(Set.of("endfor"), "for");
      tokens.take();
    }
    endTag();
    return new ForLoop(target, items, condition, body, otherwise, recursive);
  }

  private Statement assignment() {
    Target target = target();
    if (tokens.skipOperator("=")) {
      Expression value = expressions.tuple(expressions::expression);
      endTag();
      return new Statements.Assignment(target, value);
    }
    List<Statements.Filter> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(expressions.primaries().filter());
    }
    endTag();
    return new Statements.Captured(target, captured("endset", "set"), filters);
  }

  /** Reads a block whose output is kept, so that it cannot end an outer loop. */
  private Block captured(String end, String opened) {
    int outer = loops;
    loops = 0;
    Block body = blockUntil(end, opened);
    loops = outer;
    return body;
  }

  private Target target() {
    Target first = singleTarget();
    if (!tokens.atOperator(",")) {
      return first;
    }
    List<Target> targets = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && (tokens.at(Token.Kind.NAME) || tokens.atOperator("("))) {
      targets.add(singleTarget());
    }
    return new Target.Several(targets);
  }

  private Target singleTarget() {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inside = target();
      tokens.leave();
      tokens.expectOperator(")");
      return inside;
    }
    String name = tokens.expect(Token.Kind.NAME).text();
    if (Set.of("true", "false", "none", "True", "False", "None", "not", "in").contains(name)) {
      throw tokens.error("cannot assign to '" + name + "'");
    }
    return tokens.skipOperator(".")
        ? new Target.NamespaceAttribute(name, tokens.expect(Token.Kind.NAME).text())
        : new Target.Variable(name);
  }

  private Statement with() {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.at(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(singleTarget());
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    endTag();
    return new Statements.With(targets, values, blockUntil("endwith", "with"));
  }

  private Statement filtered() {
    List<Statements.Filter> filters = new ArrayList<>();
    do {
      filters.add(expressions.primaries().filter());
    } while (tokens.skipOperator("|"));
    endTag();
    return new Statements.Captured(null, captured("endfilter", "filter"), filters);
  }

  private Statement macro() {
    String name = tokens.expect(Token.Kind.NAME).text();
    List<Macro.Parameter> parameters = parameters();
    endTag();
    Set<String> outer = Set.copyOf(names);
    names.clear();
    Block body = captured("endmacro", "macro");
    Macro.Signature signature = new Macro.Signature(name, parameters, Set.copyOf(names));
    names.addAll(outer);
    return new Statements.MacroDefinition(signature, body);
  }

  private Statement call() {
    List<Macro.Parameter> parameters = tokens.atOperator("(") ? parameters() : List.of();
    Expression value = expressions.expression();
    if (!(value instanceof Access.Call call)) {
      throw tokens.error("a 'call' block needs a call");
    }
    endTag();
    Block body = captured("endcall", "call");
    return new Statements.CallBlock(
        call, new Macro.Signature("caller", parameters, Set.of()), body);
  }

  private List<Macro.Parameter> parameters() {
    tokens.expectOperator("(");
    List<Macro.Parameter> parameters = new ArrayList<>();
    while (!tokens.atOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.expect(Token.Kind.NAME).text();
      @Nullable Expression otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
      if (otherwise == null
          && !parameters.isEmpty()
          && parameters.get(parameters.size() - 1).otherwise() != null) {
        throw tokens.error("a parameter without a default follows one with a default");
      }
      parameters.add(new Macro.Parameter(name, otherwise));
    }
    tokens.expectOperator(")");
    return parameters;
  }
}
