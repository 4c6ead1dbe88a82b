package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The methods of lists and dicts that change nothing. */
final class CollectionMethods {
  static final Map<String, Operation> OF_DICTS = ofDicts();
  static final Map<String, Operation> OF_LISTS = ofLists();

  private CollectionMethods() {}

  private static Map<String, Operation> ofDicts() {
    Map<String, Operation> table = new HashMap<>();
    Operation.add(table, "items", (r, self, a) -> new View("dict_items", items(r, map(self))));
    Operation.add(
        table, "keys", (r, self, a) -> new View("dict_keys", new ArrayList<>(map(self).keySet())));
    Operation.add(
        table,
        "values",
        (r, self, a) -> new View("dict_values", new ArrayList<>(map(self).values())));
    Operation.add(table, "copy", (r, self, a) -> self);
    Operation.add(
        table,
        "get key default",
        (r, self, a) -> {
          Object value = map(self).get(a.get(0));
          return value == null ? a.get(1, None.NONE) : value;
        });
    return Map.copyOf(table);
  }

  private static Map<String, Operation> ofLists() {
    Map<String, Operation> table = new HashMap<>();
    Operation.add(
        table,
        "count value",
        (r, self, a) ->
            r.values().list(self).stream().filter(x -> r.values().equal(x, a.get(0))).count());
    Operation.add(
        table,
        "index value",
        (r, self, a) -> {
          List<?> items = r.values().list(self);
          for (int i = 0; i < items.size(); i++) {
            if (r.values().equal(items.get(i), a.get(0))) {
              return (long) i;
            }
          }
          throw new JinjaException("the list does not contain the value");
        });
    Operation.add(table, "copy", (r, self, a) -> self);
    return Map.copyOf(table);
  }

  private static Map<?, ?> map(Object self) {
    return (Map<?, ?>) self;
  }

  /** Returns pairs of key and value. */
  static List<Tuple> items(Rendering r, Map<?, ?> map) {
    r.budget().steps(map.size());
    List<Tuple> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(Tuple.of(key, value)));
    return pairs;
  }
}
