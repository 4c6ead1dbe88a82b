package io.github.owlprune.models.jinja;

import java.util.Iterator;
import java.util.List;

/** What filters such as {@code map} return: it can be iterated once, and has no length. */
final class Generator implements Iterable<Object> {
  private final Iterator<?> items;

  Generator(List<?> items) {
    this.items = items.iterator();
  }

  @Override
  public Iterator<Object> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Object next() {
        return items.next();
      }
    };
  }
}
