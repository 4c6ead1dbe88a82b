package io.github.owlprune.models.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes, elements and slices of values. */
final class Members {
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private Members() {}

  /** Returns {@code value.name}: a method, else an element of a dict. */
  static Object attribute(Rendering r, Object value, String name) {
    Values.requireDefined(value);
    Object attribute = ownAttribute(r, value, name);
    if (attribute == null && value instanceof Map<?, ?> map) {
      attribute = map.get(name);
    }
    return attribute == null ? missing(r, value, name) : attribute;
  }

  private static @Nullable Object ownAttribute(Rendering r, Object value, String name) {
    if (value instanceof Namespace namespace) {
      return namespace.attributes().get(name);
    }
    if (value instanceof Loop loop) {
      return loop.attribute(name);
    }
    if (value instanceof Macro macro && name.equals("name")) {
      return macro.name();
    }
    boolean dict = value instanceof Map;
    if ((dict || value instanceof List) && CHANGING.contains(name)) {
      return r.undefined("a template must not change its values, as '" + name + "' would");
    }
    Map<String, Operation> methods =
        dict
            ? CollectionMethods.OF_DICTS
            : value instanceof String
                ? TextMethods.ALL
                : Values.items(value) != null ? CollectionMethods.OF_LISTS : Map.of();
    Operation method = methods.get(name);
    return method == null ? null : new Operation.Bound(method, value);
  }

  private static Undefined missing(Rendering r, Object value, Object name) {
    return r.undefined(
        "'"
            + Values.type(value)
            + "' object has no element '"
            + PythonText.str(name, r.budget())
            + "'");
  }

  /** Returns {@code value[key]}: an element, else an attribute. */
  static Object item(Rendering r, Object value, Object key) {
    Values.requireDefined(value);
    if (value instanceof Map<?, ?> map) {
      Object element = map.get(key);
      if (element != null) {
        return element;
      }
    }
    if (key instanceof Long || key instanceof Boolean) {
      Object element = indexed(r, value, Values.requireInteger(key));
      return element == null ? missing(r, value, key) : element;
    }
    if (key instanceof String name) {
      Object attribute =
          value instanceof Map ? ownAttribute(r, value, name) : attribute(r, value, name);
      return attribute == null ? missing(r, value, name) : attribute;
    }
    return missing(r, value, Values.type(key));
  }

  private static @Nullable Object indexed(Rendering r, Object value, long index) {
    if (value instanceof String s) {
      long length = r.values().length(s);
      long at = index < 0 ? index + length : index;
      if (at < 0 || at >= length) {
        return null;
      }
      int offset = s.offsetByCodePoints(0, (int) at);
      return Character.toString(s.codePointAt(offset));
    }
    List<?> items = Values.items(value);
    if (items == null) {
      return null;
    }
    long at = index < 0 ? index + items.size() : index;
    return at < 0 || at >= items.size() ? null : items.get((int) at);
  }

  /** Returns {@code value[start:stop:step]}; None stands for what is left out. */
  static Object slice(Rendering r, Object value, Object start, Object stop, Object step) {
    Values.requireDefined(value);
    long stride = step == None.NONE ? 1 : Values.requireInteger(step);
    if (stride == 0) {
      throw new JinjaException("the step of a slice must not be 0");
    }
    if (value instanceof String s) {
      int[] points = s.codePoints().toArray();
      StringBuilder part = new StringBuilder();
      for (int i : indices(r, points.length, start, stop, stride)) {
        part.appendCodePoint(points[i]);
      }
      return r.made(part.toString());
    }
    List<?> items = Values.items(value);
    if (items == null) {
      return r.undefined("'" + Values.type(value) + "' object has no slices");
    }
    List<Object> part = new ArrayList<>();
    for (int i : indices(r, items.size(), start, stop, stride)) {
      part.add(items.get(i));
    }
    return value instanceof Tuple ? new Tuple(part) : part;
  }

  private static int[] indices(Rendering r, int length, Object start, Object stop, long step) {
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? length : length - 1;
    long from = bound(start, step > 0 ? low : high, length, low, high);
    long to = bound(stop, step > 0 ? high : low, length, low, high);
    long distance = step > 0 ? to - from : from - to;
    long width = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
    int count = distance <= 0 ? 0 : (int) ((distance - 1) / width + 1);
    r.budget().steps(count + length / 64);
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = (int) (from + i * step);
    }
    return indices;
  }

  private static long bound(Object given, long otherwise, int length, long low, long high) {
    if (given == None.NONE) {
      return otherwise;
    }
    long index = Values.requireInteger(given);
    return Math.max(low, Math.min(high, index < 0 ? index + length : index));
  }
}
