package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters for lists, dicts and what else can be iterated. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, Operation> table) {
    Operation.add(table, "length", (r, v, a) -> r.values().length(v));
    Operation.add(table, "count", (r, v, a) -> r.values().length(v));
    Operation.add(table, "list", (r, v, a) -> List.copyOf(r.values().list(v)));
    Operation.add(table, "first", SequenceFilters::first);
    Operation.add(table, "last", SequenceFilters::last);
    Operation.add(table, "reverse", SequenceFilters::reverse);
    Operation.add(table, "join d attribute", SequenceFilters::join);
    Operation.add(table, "items", SequenceFilters::items);
    Operation.add(table, "dictsort case_sensitive by reverse", SequenceFilters::sortDict);
    Operation.add(table, "sort reverse case_sensitive attribute", SequenceFilters::sort);
    Operation.add(table, "unique case_sensitive attribute", SequenceFilters::unique);
    Operation.add(table, "min case_sensitive attribute", (r, v, a) -> extreme(r, v, a, -1));
    Operation.add(table, "max case_sensitive attribute", (r, v, a) -> extreme(r, v, a, 1));
    Operation.add(table, "sum attribute start", SequenceFilters::sum);
    Operation.add(table, "batch linecount fill_with", SequenceFilters::batch);
  }

  private static Object first(Rendering r, Object value, Arguments a) {
    List<?> items = r.values().list(value);
    return items.isEmpty() ? r.undefined("an empty sequence has no first element") : items.get(0);
  }

  private static Object last(Rendering r, Object value, Arguments a) {
    requireReversible(value);
    List<?> items = r.values().list(value);
    return items.isEmpty()
        ? r.undefined("an empty sequence has no last element")
        : items.get(items.size() - 1);
  }

  private static void requireReversible(Object value) {
    if (value instanceof Generator) {
      throw new JinjaException("a generator cannot be reversed; add | list before");
    }
  }

  private static Object reverse(Rendering r, Object value, Arguments a) {
    requireReversible(value);
    if (value instanceof String s) {
      return r.made(new StringBuilder(s).reverse().toString());
    }
    List<Object> items = new ArrayList<>(r.values().list(value));
    Collections.reverse(items);
    return new Generator(items);
  }

  private static Object join(Rendering r, Object value, Arguments a) {
    String separator = PythonText.str(a.get(0, ""), r.budget());
    StringBuilder out = new StringBuilder();
    String before = "";
    for (Object item : r.values().list(value)) {
      String text = PythonText.str(Attributes.get(r, item, a.get(1, None.NONE)), r.budget());
      r.budget().characters((long) before.length() + text.length());
      out.append(before).append(text);
      before = separator;
    }
    return out.toString();
  }

  private static Object items(Rendering r, Object value, Arguments a) {
    if (value instanceof Undefined) {
      return new Generator(List.of());
    }
    if (value instanceof Map<?, ?> map) {
      return new Generator(CollectionMethods.items(r, map));
    }
    throw new JinjaException("items needs a dict, not '" + Values.type(value) + "'");
  }

  private static Object sortDict(Rendering r, Object value, Arguments a) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new JinjaException("dictsort needs a dict, not '" + Values.type(value) + "'");
    }
    String by = a.text(1, "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new JinjaException("dictsort sorts by 'key' or 'value', not '" + by + "'");
    }
    return sorted(
        r,
        CollectionMethods.items(r, map),
        by.equals("key") ? 0L : 1L,
        r.values().truth(a.get(0, false)),
        r.values().truth(a.get(2, false)));
  }

  private static Object sort(Rendering r, Object value, Arguments a) {
    return sorted(
        r,
        r.values().list(value),
        a.get(2, None.NONE),
        r.values().truth(a.get(1, false)),
        r.values().truth(a.get(0, false)));
  }

  private static List<?> sorted(
      Rendering r, List<?> items, Object attribute, boolean caseCounts, boolean reverse) {
    record Entry(List<Object> keys, Object item) {}
    List<Entry> entries = new ArrayList<>();
    Object[] paths = attribute instanceof String s ? s.split(",") : new Object[] {attribute};
    for (Object item : items) {
      List<Object> keys = new ArrayList<>();
      for (Object path : paths) {
        keys.add(Attributes.key(r, item, path, caseCounts));
      }
      entries.add(new Entry(keys, item));
    }
    Comparator<Entry> order = (x, y) -> r.values().compare(x.keys(), y.keys());
    entries.sort(reverse ? order.reversed() : order);
    return entries.stream().map(Entry::item).toList();
  }

  private static Object unique(Rendering r, Object value, Arguments a) {
    boolean caseCounts = r.values().truth(a.get(0, false));
    Set<Object> seen = new HashSet<>();
    List<Object> unique = new ArrayList<>();
    for (Object item : r.values().list(value)) {
      Object key = Attributes.key(r, item, a.get(1, None.NONE), caseCounts);
      if (seen.add(Keys.require(key))) {
        unique.add(item);
      }
    }
    return new Generator(unique);
  }

  private static Object extreme(Rendering r, Object value, Arguments a, int sign) {
    boolean caseCounts = r.values().truth(a.get(0, false));
    List<?> items = r.values().list(value);
    if (items.isEmpty()) {
      return r.undefined("an empty sequence has no least or greatest element");
    }
    Object path = a.get(1, None.NONE);
    Object best = items.get(0);
    for (Object item : items) {
      int order =
          r.values()
              .compare(
                  Attributes.key(r, item, path, caseCounts),
                  Attributes.key(r, best, path, caseCounts));
      best = order * sign > 0 ? item : best;
    }
    return best;
  }

  private static Object sum(Rendering r, Object value, Arguments a) {
    Object sum = a.get(1, 0L);
    for (Object item : r.values().list(value)) {
      sum = Arithmetic.apply(r, "+", sum, Attributes.get(r, item, a.get(0, None.NONE)));
    }
    return sum;
  }

  private static Object batch(Rendering r, Object value, Arguments a) {
    int size = a.integer(0);
    if (size < 1) {
      throw new JinjaException("batch needs at least 1 element in a line, not " + size);
    }
    Object fill = a.get(1, None.NONE);
    List<?> items = r.values().list(value);
    List<Object> lines = new ArrayList<>();
    for (int from = 0; from < items.size(); from += size) {
      List<Object> line =
          new ArrayList<>(items.subList(from, (int) Math.min(items.size(), (long) from + size)));
      while (fill != None.NONE && line.size() < size) {
        r.budget().steps(1);
        line.add(fill);
      }
      lines.add(line);
    }
    return new Generator(lines);
  }
}
