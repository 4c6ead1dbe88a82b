package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Filters that keep or change each element: map, select, reject, selectattr and rejectattr. */
final class SelectionFilters {
  private SelectionFilters() {}

  static void addTo(Map<String, Operation> table) {
    Operation.add(table, "map *", SelectionFilters::map);
    Operation.add(table, "select *", (r, v, a) -> select(r, v, None.NONE, a, true));
    Operation.add(table, "reject *", (r, v, a) -> select(r, v, None.NONE, a, false));
    Operation.add(table, "selectattr *", (r, v, a) -> select(r, v, a.get(0), a.without(1), true));
    Operation.add(table, "rejectattr *", (r, v, a) -> select(r, v, a.get(0), a.without(1), false));
  }

  private static Object map(Rendering r, Object value, Arguments a) {
    List<Object> mapped = new ArrayList<>();
    Object attribute = a.positional().isEmpty() ? a.named().get("attribute") : null;
    for (Object item : r.values().list(value)) {
      if (attribute != null) {
        Object found = Attributes.get(r, item, attribute);
        Object otherwise = a.named().get("default");
        mapped.add(found instanceof Undefined && otherwise != null ? otherwise : found);
      } else {
        mapped.add(r.filter(a.text(0), item, a.without(1)));
      }
    }
    return new Generator(mapped);
  }

  private static Object select(
      Rendering r, Object value, Object attribute, Arguments test, boolean kept) {
    List<Object> selected = new ArrayList<>();
    for (Object item : r.values().list(value)) {
      Object tested = Attributes.get(r, item, attribute);
      boolean passes =
          test.positional().isEmpty()
              ? r.values().truth(tested)
              : r.test(test.text(0), tested, test.without(1));
      if (passes == kept) {
        selected.add(item);
      }
    }
    return new Generator(selected);
  }
}
