package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. It looks ahead only as far as it is asked to. */
final class Loop implements Callable {
  private final ForLoop statement;
  private final Frame frame;
  private final int depth;
  private Iterator<?> rest;
  private long index = -1;
  private @Nullable Object previous;
  private @Nullable Object current;
  private @Nullable Object next;
  private @Nullable Object lastChanged;

  Loop(ForLoop statement, Frame frame, Iterator<?> items, int depth) {
    this.statement = statement;
    this.frame = frame;
    this.rest = items;
    this.depth = depth;
  }

  /** Moves to the next element and returns whether there is one. */
  boolean advance() {
    Object upcoming = peek();
    if (upcoming == null) {
      return false;
    }
    previous = current;
    current = upcoming;
    next = null;
    index++;
    return true;
  }

  Object current() {
    if (current == null) {
      throw new IllegalStateException("the loop has not started");
    }
    return current;
  }

  private @Nullable Object peek() {
    if (next == null && rest.hasNext()) {
      next = rest.next();
    }
    return next;
  }

  private long length() {
    List<Object> remaining = new ArrayList<>();
    rest.forEachRemaining(remaining::add);
    rest = remaining.iterator();
    frame.rendering().budget().steps(remaining.size());
    return index + 1 + (next == null ? 0 : 1) + remaining.size();
  }

  @Nullable Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1;
      case "index0" -> index;
      case "first" -> index == 0;
      case "last" -> peek() == null;
      case "length" -> length();
      case "revindex" -> length() - index;
      case "revindex0" -> length() - index - 1;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> neighbour(previous, "previous");
      case "nextitem" -> neighbour(peek(), "next");
      case "cycle" -> (Callable) (r, a) -> cycle(a.positional());
      case "changed" -> (Callable) (r, a) -> changed(r, new Tuple(a.positional()));
      default -> null;
    };
  }

  private Object neighbour(@Nullable Object item, String which) {
    return item == null ? frame.rendering().undefined("there is no " + which + " item") : item;
  }

  private Object cycle(List<Object> items) {
    if (items.isEmpty()) {
      throw new JinjaException("cycle needs at least one value");
    }
    return items.get((int) (index % items.size()));
  }

  private boolean changed(Rendering r, Tuple values) {
    boolean same = lastChanged != null && r.values().equal(lastChanged, values);
    lastChanged = values;
    return !same;
  }

  @Override
  public Object call(Rendering rendering, Arguments arguments) {
    return statement.again(frame, arguments.get(0), depth + 1);
  }
}
