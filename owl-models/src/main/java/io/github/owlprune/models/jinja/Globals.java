package io.github.owlprune.models.jinja;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template can call. */
final class Globals {
  /** The longest range that Jinja's sandbox allows. */
  private static final int LONGEST_RANGE = 100_000;

  static final Map<String, Operation.Bound> ALL = all();

  private Globals() {}

  private static Map<String, Operation.Bound> all() {
    Map<String, Operation> table = new HashMap<>();
    Operation.add(table, "range first second step", (r, v, a) -> range(r, a));
    Operation.add(table, "dict *", (r, v, a) -> dict(r, a));
    Operation.add(table, "namespace *", (r, v, a) -> new Namespace(dict(r, a)));
    Operation.add(
        table,
        "raise_exception message",
        (r, v, a) -> {
          throw new JinjaException(PythonText.str(a.get(0), r.budget()));
        });
    Operation.add(
        table,
        "strftime_now format",
        (r, v, a) ->
            r.made(DateFormat.format(LocalDateTime.now(ZoneId.systemDefault()), a.text(0))));
    Map<String, Operation.Bound> functions = new HashMap<>();
    table.forEach((name, f) -> functions.put(name, new Operation.Bound(f, None.NONE)));
    return Map.copyOf(functions);
  }

  private static List<Long> range(Rendering r, Arguments a) {
    long first = Values.requireInteger(a.get(0));
    long start = a.has(1) ? first : 0;
    long stop = a.has(1) ? Values.requireInteger(a.get(1)) : first;
    long step = a.has(2) ? Values.requireInteger(a.get(2)) : 1;
    if (step == 0) {
      throw new JinjaException("the step of a range must not be 0");
    }
    List<Long> numbers = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      if (numbers.size() == LONGEST_RANGE) {
        throw new JinjaException("a range may have at most " + LONGEST_RANGE + " numbers");
      }
      numbers.add(i);
      if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) {
        break;
      }
    }
    r.budget().steps(numbers.size());
    return numbers;
  }

  private static Map<Object, Object> dict(Rendering r, Arguments a) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    for (Object given : a.positional()) {
      if (given instanceof Map<?, ?> map) {
        dict.putAll(map);
      } else {
        for (Object pair : r.values().list(given)) {
          List<?> both = r.values().list(pair);
          if (both.size() != 2) {
            throw new JinjaException("dict needs pairs of a key and a value");
          }
          dict.put(Keys.require(both.get(0)), both.get(1));
        }
      }
    }
    dict.putAll(a.named());
    r.budget().steps(dict.size());
    return dict;
  }
}
