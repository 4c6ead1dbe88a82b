package io.github.owlprune.models.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter, test, method or function.
 *
 * @param name as templates call it
 * @param parameters the names of its parameters after the value it applies to, or null if it takes
 *     any arguments
 * @param body what it does
 */
record Operation(String name, @Nullable List<String> parameters, Body body) {
  /** Computes the result for a value and its arguments. */
  @FunctionalInterface
  interface Body {
    Object apply(Rendering rendering, Object self, Arguments arguments);
  }

  /** A method of a value, to be called. */
  record Bound(Operation operation, Object self) implements Callable {
    @Override
    public Object call(Rendering rendering, Arguments arguments) {
      return operation.apply(rendering, self, arguments);
    }
  }

  Object apply(Rendering rendering, Object self, Arguments arguments) {
    return body.apply(
        rendering, self, parameters == null ? arguments : arguments.bind(name, parameters));
  }

  /**
   * Adds an operation to a table.
   *
   * @param signature its name and parameters, separated by blanks; {@code *} takes any
   */
  static void add(Map<String, Operation> table, String signature, Body body) {
    List<String> words = List.of(signature.split(" "));
    List<String> parameters = words.subList(1, words.size());
    table.put(
        words.get(0),
        new Operation(words.get(0), parameters.contains("*") ? null : parameters, body));
  }
}
