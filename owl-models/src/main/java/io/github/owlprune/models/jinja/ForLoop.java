package io.github.owlprune.models.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A {@code for} statement.
 *
 * @param target what each element is assigned to
 * @param items what is iterated
 * @param condition keeps the elements for which it is true, or null
 * @param body what is done for each
 * @param otherwise what is done if there is none, or null
 * @param recursive whether {@code loop(items)} runs the loop again
 */
record ForLoop(
    Target target,
    Expression items,
    @Nullable Expression condition,
    Block body,
    @Nullable Block otherwise,
    boolean recursive)
    implements Statement {
  @Override
  public Flow execute(Frame frame) {
    return run(frame, frame.evaluate(items), 0);
  }

  private Flow run(Frame frame, Object values, int depth) {
    Loop loop = new Loop(this, frame, kept(frame, values), depth);
    boolean any = false;
    while (loop.advance()) {
      any = true;
      Frame inside = frame.inner();
      inside.set("loop", loop);
      target.assign(inside, loop.current());
      if (body.execute(inside) == Flow.BREAK) {
        break;
      }
    }
    return any || otherwise == null ? Flow.NEXT : otherwise.execute(frame.inner());
  }

  /** Runs the loop inside itself and returns what it writes. */
  String again(Frame frame, Object values, int depth) {
    if (!recursive) {
      throw new JinjaException("only a recursive loop can be called");
    }
    Frame inside = frame.capturing();
    run(inside, values, depth);
    return inside.output();
  }

  /** Returns the elements for which the condition holds, decided when each is needed. */
  private Iterator<?> kept(Frame frame, Object values) {
    Iterator<?> all = frame.values().list(values).iterator();
    if (condition == null) {
      return all;
    }
    Expression wanted = condition;
    return new Iterator<Object>() {
      private @Nullable Object next;

      @Override
      public boolean hasNext() {
        while (next == null && all.hasNext()) {
          Object candidate = all.next();
          Frame inside = frame.inner();
          target.assign(inside, candidate);
          next = inside.truth(wanted) ? candidate : null;
        }
        return next != null;
      }

      @Override
      public Object next() {
        Object kept = hasNext() ? next : null;
        if (kept == null) {
          throw new NoSuchElementException();
        }
        next = null;
        return kept;
      }
    };
  }
}
