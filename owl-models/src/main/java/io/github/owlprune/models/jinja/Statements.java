package io.github.owlprune.models.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All statements but loops. */
final class Statements {
  private Statements() {}

  /** Text outside tags. */
  record Text(String text) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      frame.write(text);
      return Flow.NEXT;
    }
  }

  /** {@code {{ value }}}. */
  record Output(Expression value) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      frame.write(frame.text(frame.evaluate(value)));
      return Flow.NEXT;
    }
  }

  /** {@code if}; condition i belongs to branch i, and a last branch without one is the else. */
  record If(List<Expression> conditions, List<Block> branches) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      for (int i = 0; i < branches.size(); i++) {
        if (i == conditions.size() || frame.truth(conditions.get(i))) {
          return branches.get(i).execute(frame);
        }
      }
      return Flow.NEXT;
    }
  }

  /** {@code set target = value}. */
  record Assignment(Target target, Expression value) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      target.assign(frame, frame.evaluate(value));
      return Flow.NEXT;
    }
  }

  /** One filter of a block. */
  record Filter(String name, List<Access.Argument> arguments) {}

  /** A block whose output passes through filters: assigned to a target, or written. */
  record Captured(@Nullable Target target, Block body, List<Filter> filters) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      Object value = body.capture(frame);
      for (Filter filter : filters) {
        value =
            frame
                .rendering()
                .filter(filter.name(), value, Access.evaluate(frame, filter.arguments()));
      }
      if (target == null) {
        frame.write(frame.text(value));
      } else {
        target.assign(frame, value);
      }
      return Flow.NEXT;
    }
  }

  /** {@code with}, whose variables exist only inside; also {@code generation}, without any. */
  record With(List<Target> targets, List<Expression> values, Block body) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      Frame inside = frame.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(inside, frame.evaluate(values.get(i)));
      }
      return body.execute(inside);
    }
  }

  /** {@code macro}. */
  record MacroDefinition(Macro.Signature signature, Block body) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      frame.set(signature.name(), new Macro(signature, body, frame));
      return Flow.NEXT;
    }
  }

  /** {@code call}, which hands its body to a macro as {@code caller}. */
  record CallBlock(Access.Call call, Macro.Signature signature, Block body) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      Object callee = frame.evaluate(call.function());
      Arguments given = Access.evaluate(frame, call.arguments());
      Map<String, Object> named = new LinkedHashMap<>(given.named());
      named.put("caller", new Macro(signature, body, frame));
      frame.write(
          frame.text(frame.rendering().call(callee, new Arguments(given.positional(), named))));
      return Flow.NEXT;
    }
  }

  /** {@code break} or {@code continue}. */
  record Jump(Flow flow) implements Statement {
    @Override
    public Flow execute(Frame frame) {
      return flow;
    }
  }
}
