package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's rules for values: truth, length, iteration, equality and order. A value is {@link None},
 * a {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List}, {@link Tuple},
 * {@link Map} or one of this package's own types; none changes but a {@link Namespace}.
 */
final class Values {
  private final Budget budget;

  Values(Budget budget) {
    this.budget = budget;
  }

  boolean truth(Object value) {
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return false;
    }
    if (value instanceof Number n) {
      return n.doubleValue() != 0;
    }
    return value != None.NONE && !(isSized(value) && length(value) == 0);
  }

  static boolean isSized(Object value) {
    return value instanceof String
        || value instanceof Map
        || value instanceof View
        || items(value) != null;
  }

  /** Returns the number of elements; of a text, its code points. */
  long length(Object value) {
    if (value instanceof String s) {
      budget.steps(1 + s.length() / 4096);
      return s.codePointCount(0, s.length());
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof View view) {
      return view.items().size();
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return 0;
    }
    List<?> items = items(value);
    if (items == null) {
      throw new JinjaException("object of type '" + type(value) + "' has no length");
    }
    return items.size();
  }

  /** Returns the elements of a list or tuple, or null for anything else. */
  static @Nullable List<?> items(Object value) {
    return value instanceof List<?> list ? list : value instanceof Tuple t ? t.items() : null;
  }

  static boolean isIterable(Object value) {
    return isSized(value) || value instanceof Generator || value instanceof Undefined;
  }

  /** Returns the elements of anything that can be iterated; a generator is thereby used up. */
  List<?> list(Object value) {
    List<?> items = items(value);
    if (items != null) {
      budget.steps(items.size());
      return items;
    }
    List<Object> all = new ArrayList<>();
    if (value instanceof String s) {
      budget.steps(s.length());
      s.codePoints().forEach(c -> all.add(Character.toString(c)));
    } else if (value instanceof Map<?, ?> map) {
      budget.steps(map.size());
      all.addAll(map.keySet());
    } else if (value instanceof View view) {
      return view.items();
    } else if (value instanceof Generator generator) {
      generator.forEach(all::add);
      budget.steps(all.size());
    } else if (value instanceof Undefined undefined) {
      undefined.requireLenient();
    } else {
      throw new JinjaException("'" + type(value) + "' object is not iterable");
    }
    return all;
  }

  boolean equal(Object a, Object b) {
    budget.enter();
    try {
      if (a instanceof Undefined u) {
        u.requireLenient();
        return b instanceof Undefined;
      }
      if (isNumber(a) && isNumber(b)) {
        return compareNumbers(a, b) == 0;
      }
      if (a == b) {
        return true;
      }
      if (a instanceof List<?> x && b instanceof List<?> y) {
        return equalItems(x, y);
      }
      if (a instanceof Tuple x && b instanceof Tuple y) {
        return equalItems(x.items(), y.items());
      }
      if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
        return equalMaps(x, y);
      }
      return a instanceof String && a.equals(b);
    } finally {
      budget.leave();
    }
  }

  private boolean equalItems(List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      Object other = b.get(entry.getKey());
      if (other == null || !equal(entry.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  /** Compares numbers, texts (by code points), lists or tuples. */
  int compare(Object a, Object b) {
    budget.enter();
    try {
      if (isNumber(a) && isNumber(b)) {
        return compareNumbers(a, b);
      }
      if (a instanceof String x && b instanceof String y) {
        return compareTexts(x, y);
      }
      if (a instanceof List<?> x && b instanceof List<?> y) {
        return compareItems(x, y);
      }
      if (a instanceof Tuple x && b instanceof Tuple y) {
        return compareItems(x.items(), y.items());
      }
      requireDefined(a);
      requireDefined(b);
      throw new JinjaException("'" + type(a) + "' and '" + type(b) + "' have no order");
    } finally {
      budget.leave();
    }
  }

  private int compareItems(List<?> a, List<?> b) {
    Iterator<?> other = b.iterator();
    for (Object item : a) {
      if (!other.hasNext()) {
        return 1;
      }
      Object second = other.next();
      if (!equal(item, second)) {
        return compare(item, second);
      }
    }
    return other.hasNext() ? -1 : 0;
  }

  private static int compareTexts(String a, String b) {
    int[] x = a.codePoints().toArray();
    return Arrays.compare(x, b.codePoints().toArray());
  }

  private static int compareNumbers(Object a, Object b) {
    if (a instanceof Double || b instanceof Double) {
      double x = toDouble(a);
      double y = toDouble(b);
      return x < y ? -1 : x == y ? 0 : 1;
    }
    return Long.compare(requireInteger(a), requireInteger(b));
  }

  /** Returns whether a container has an element, as {@code in} does. */
  boolean contains(Object container, Object element) {
    if (container instanceof String text) {
      String part = requireText(element);
      budget.search(text, part);
      return text.contains(part);
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(element);
    }
    for (Object item : list(container)) {
      if (equal(item, element)) {
        return true;
      }
    }
    return false;
  }

  static boolean isNumber(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  static double toDouble(Object number) {
    return number instanceof Double d ? d : (double) requireInteger(number);
  }

  static long requireInteger(Object value) {
    requireDefined(value);
    if (value instanceof Boolean b) {
      return b ? 1 : 0;
    }
    if (value instanceof Long l) {
      return l;
    }
    throw new JinjaException("an integer is needed, not '" + type(value) + "'");
  }

  static String requireText(Object value) {
    requireDefined(value);
    if (value instanceof String s) {
      return s;
    }
    throw new JinjaException("a text is needed, not '" + type(value) + "'");
  }

  static void requireDefined(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
  }

  /** Returns a value's type by Python's name. */
  static String type(Object value) {
    if (value instanceof View view) {
      return view.type();
    }
    return value == None.NONE
        ? "NoneType"
        : value instanceof Boolean
            ? "bool"
            : value instanceof Long
                ? "int"
                : value instanceof Double
                    ? "float"
                    : value instanceof String
                        ? "str"
                        : value instanceof List
                            ? "list"
                            : value instanceof Map
                                ? "dict"
                                : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
