package io.github.owlprune.models.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A macro, or the body of a {@code call} block: text with parameters. */
record Macro(Signature signature, Block body, Frame definition) implements Callable {
  /**
   * A parameter.
   *
   * @param otherwise its default, or null if it is undefined by default
   */
  record Parameter(String name, @Nullable Expression otherwise) {}

  /**
   * What a macro takes.
   *
   * @param name its name
   * @param parameters its parameters, in order
   * @param used the names in its body; {@code varargs}, {@code kwargs} and {@code caller} among
   *     them allow further arguments
   */
  record Signature(String name, List<Parameter> parameters, Set<String> used) {}

  String name() {
    return signature.name();
  }

  @Override
  public Object call(Rendering rendering, Arguments arguments) {
    Frame frame = definition.capturing();
    List<Parameter> parameters = signature.parameters();
    List<Object> positional = arguments.positional();
    Map<Object, Object> named = new LinkedHashMap<>(arguments.named());
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Object given = named.remove(parameter.name());
      if (i < positional.size()) {
        if (given != null) {
          throw new JinjaException(name() + " is given " + parameter.name() + " twice");
        }
        given = positional.get(i);
      }
      frame.set(parameter.name(), given != null ? given : otherwise(rendering, frame, parameter));
    }
    if (signature.used().contains("caller")) {
      Object caller = named.remove("caller");
      frame.set("caller", caller != null ? caller : rendering.undefined("no caller is defined"));
    }
    int most = parameters.size();
    if (signature.used().contains("varargs")) {
      int first = Math.min(most, positional.size());
      frame.set("varargs", new Tuple(positional.subList(first, positional.size())));
    } else if (positional.size() > most) {
      throw new JinjaException(name() + " takes at most " + most + " arguments");
    }
    if (signature.used().contains("kwargs")) {
      frame.set("kwargs", named);
    } else if (!named.isEmpty()) {
      throw new JinjaException(name() + " has no argument " + named.keySet().iterator().next());
    }
    body.execute(frame);
    return frame.output();
  }

  private static Object otherwise(Rendering rendering, Frame frame, Parameter parameter) {
    return parameter.otherwise() == null
        ? rendering.undefined("parameter '" + parameter.name() + "' was not provided")
        : frame.evaluate(parameter.otherwise());
  }
}
