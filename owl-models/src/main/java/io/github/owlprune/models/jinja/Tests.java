package io.github.owlprune.models.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** What may follow {@code is}. */
final class Tests {
  static final Map<String, Operation> ALL = all();

  private Tests() {}

  private static Map<String, Operation> all() {
    Map<String, Operation> table = new HashMap<>();
    addTypes(table);
    addComparisons(table);
    Operation.add(table, "odd", (r, v, a) -> Values.requireInteger(v) % 2 != 0);
    Operation.add(table, "even", (r, v, a) -> Values.requireInteger(v) % 2 == 0);
    Operation.add(
        table,
        "divisibleby num",
        (r, v, a) -> r.values().equal(Arithmetic.apply(r, "%", v, a.get(0)), 0L));
    Operation.add(table, "in seq", (r, v, a) -> r.values().contains(a.get(0), v));
    Operation.add(table, "sameas other", (r, v, a) -> isSame(v, a.get(0)));
    Operation.add(table, "filter", (r, v, a) -> Filters.ALL.containsKey(v));
    Operation.add(table, "test", (r, v, a) -> Tests.ALL.containsKey(v));
    Operation.add(
        table, "lower", (r, v, a) -> Characters.isCased(PythonText.str(v, r.budget()), false));
    Operation.add(
        table, "upper", (r, v, a) -> Characters.isCased(PythonText.str(v, r.budget()), true));
    return Map.copyOf(table);
  }

  private static boolean isSame(Object a, Object b) {
    return a == b || ((Values.isNumber(a) || a instanceof String) && a.equals(b));
  }

  private static void addTypes(Map<String, Operation> table) {
    type(table, "defined", v -> !(v instanceof Undefined));
    type(table, "undefined", v -> v instanceof Undefined);
    type(table, "none", v -> v == None.NONE);
    type(table, "boolean", v -> v instanceof Boolean);
    type(table, "true", v -> v.equals(true));
    type(table, "false", v -> v.equals(false));
    type(table, "integer", v -> v instanceof Long);
    type(table, "float", v -> v instanceof Double);
    type(table, "number", Values::isNumber);
    type(table, "string", v -> v instanceof String);
    type(table, "mapping", v -> v instanceof Map);
    type(table, "callable", v -> v instanceof Callable);
    type(table, "escaped", v -> false);
    type(table, "iterable", Values::isIterable);
    type(
        table,
        "sequence",
        v -> (Values.isSized(v) && !(v instanceof View)) || v instanceof Undefined);
  }

  private static void type(Map<String, Operation> table, String name, Predicate<Object> predicate) {
    Operation.add(table, name, (r, v, a) -> predicate.test(v));
  }

  private static void addComparisons(Map<String, Operation> table) {
    for (String name : List.of("==", "eq", "equalto")) {
      Operation.add(table, name + " other", (r, v, a) -> r.values().equal(v, a.get(0)));
    }
    for (String name : List.of("!=", "ne")) {
      Operation.add(table, name + " other", (r, v, a) -> !r.values().equal(v, a.get(0)));
    }
    order(table, List.of(">", "gt", "greaterthan"), c -> c > 0);
    order(table, List.of(">=", "ge"), c -> c >= 0);
    order(table, List.of("<", "lt", "lessthan"), c -> c < 0);
    order(table, List.of("<=", "le"), c -> c <= 0);
  }

  private static void order(
      Map<String, Operation> table, List<String> names, IntPredicate predicate) {
    for (String name : names) {
      Operation.add(
          table, name + " other", (r, v, a) -> predicate.test(r.values().compare(v, a.get(0))));
    }
  }
}
