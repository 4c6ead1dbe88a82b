package io.github.owlprune.models.jinja;

import com.google.common.base.Splitter;
import java.util.Locale;

/** Reads the attribute that a filter names, such as {@code function.name} or {@code 0}. */
final class Attributes {
  private Attributes() {}

  static Object get(Rendering r, Object value, Object path) {
    if (path == None.NONE) {
      return value;
    }
    if (path instanceof Long) {
      return Members.item(r, value, path);
    }
    Object current = value;
    for (String part : Splitter.on('.').split(Values.requireText(path))) {
      current =
          Members.item(r, current, part.matches("\\d{1,9}") ? (Object) Long.valueOf(part) : part);
    }
    return current;
  }

  /** Returns what a value is sorted by: texts without regard to case, unless it counts. */
  static Object key(Rendering r, Object value, Object path, boolean caseCounts) {
    Object attribute = get(r, value, path);
    return !caseCounts && attribute instanceof String s ? s.toLowerCase(Locale.ROOT) : attribute;
  }
}
