package io.github.owlprune.format;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns JSON into records, and says where a value is that cannot be. It knows the types that plans,
 * reports and journals consist of: records, sealed interfaces of records that differ in their
 * fields, lists, maps, texts, numbers and enums. Every field must be there, and no other; a list
 * that is left out when it is empty may be missing.
 *
 * @param place the names that lead to the value, from the outermost
 */
record JsonReader(List<String> place) {
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  /** Returns the value that a tree describes. */
  static Object read(JsonTree tree, Class<?> type) {
    return new JsonReader(List.of()).value(tree, type);
  }

  private JsonReader in(String name) {
    List<String> inner = new ArrayList<>(place);
    inner.add(JsonTree.shortened(name));
    return new JsonReader(inner);
  }

  private IllegalArgumentException refused(JsonTree tree, String why) {
    return new IllegalArgumentException(
        "line "
            + tree.line()
            + (place.isEmpty() ? "" : ", " + String.join(", ", place))
            + ": "
            + why);
  }

  private IllegalArgumentException unfit(JsonTree tree, String allowed) {
    return refused(tree, tree.described() + " was given; it must be " + allowed);
  }

  private Object value(JsonTree tree, Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? list(tree, arguments[0])
          : map(tree, arguments[1]);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return record(tree, plain);
    }
    if (plain.isEnum()) { // before sealed types, as an enum may be one
      return constant(tree, plain);
    }
    if (plain.isSealed()) {
      return oneOf(tree, plain);
    }
    if (plain == float[].class) {
      return floats(tree);
    }
    if (plain == String.class) {
      if (tree instanceof JsonTree.Text text) {
        return text.value();
      }
      throw unfit(tree, "a text in quotation marks");
    }
    return number(tree, plain);
  }

  private Object number(JsonTree tree, Class<?> type) {
    if (type == double.class || type == Double.class) {
      return real(tree);
    }
    try {
      if (tree instanceof JsonTree.Numeral numeral) {
        BigDecimal exact = new BigDecimal(numeral.written());
        if (exact.scale() > -20) { // a larger exponent would unfold into a huge number
          if (type == int.class) {
            return exact.intValueExact();
          }
          return exact.longValueExact();
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw unfit(tree, "a whole number in the range of its kind");
    }
    throw unfit(tree, "a whole number");
  }

  private double real(JsonTree tree) {
    if (tree instanceof JsonTree.Numeral numeral) {
      return Double.parseDouble(numeral.written());
    }
    if (tree instanceof JsonTree.Text text && NOT_FINITE.contains(text.value())) {
      return Double.parseDouble(text.value());
    }
    throw unfit(tree, "a number");
  }

  private float[] floats(JsonTree tree) {
    List<?> numbers = list(tree, double.class);
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Double) numbers.get(i)).floatValue();
    }
    return floats;
  }

  private Object constant(JsonTree tree, Class<?> type) {
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(c -> "\"" + ((Enum<?>) c).name() + "\"")
            .collect(Collectors.joining(" or "));
    for (Object constant : type.getEnumConstants()) {
      if (tree instanceof JsonTree.Text text && ((Enum<?>) constant).name().equals(text.value())) {
        return constant;
      }
    }
    throw unfit(tree, allowed);
  }

  private List<Object> list(JsonTree tree, Type element) {
    if (!(tree instanceof JsonTree.Elements elements)) {
      throw unfit(tree, "a list");
    }
    List<Object> list = new ArrayList<>();
    for (JsonTree value : elements.values()) {
      list.add(element(value, list.size()).value(value, element));
    }
    return list;
  }

  /** Names an element of {@code blocks} as {@code block model.layers.0}, or by its number. */
  private JsonReader element(JsonTree element, int index) {
    String last = place.isEmpty() ? "" : place.get(place.size() - 1);
    if (element instanceof JsonTree.Fields fields
        && fields.byName().get("name") instanceof JsonTree.Text name
        && last.endsWith("s")) {
      List<String> outer = place.subList(0, place.size() - 1);
      return new JsonReader(outer).in(last.substring(0, last.length() - 1) + " " + name.value());
    }
    return in("number " + (index + 1));
  }

  private Map<String, Object> map(JsonTree tree, Type element) {
    Map<String, Object> map = new LinkedHashMap<>();
    fields(tree, "an object").forEach((key, v) -> map.put(key, in(key).value(v, element)));
    return map;
  }

  private Map<String, JsonTree> fields(JsonTree tree, String allowed) {
    if (tree instanceof JsonTree.Fields fields) {
      return fields.byName();
    }
    throw unfit(tree, allowed);
  }

  /** Reads the record of a sealed interface that has the fields that are there. */
  private Object oneOf(JsonTree tree, Class<?> type) {
    String allowed =
        Arrays.stream(type.getPermittedSubclasses())
            .map(JsonReader::form)
            .collect(Collectors.joining(" or "));
    Set<String> found = fields(tree, allowed).keySet();
    for (Class<?> candidate : type.getPermittedSubclasses()) {
      if (found.equals(names(candidate))) {
        return record(tree, candidate);
      }
    }
    String given = found.stream().map(JsonTree::shortened).collect(Collectors.joining(", "));
    throw refused(
        tree, "an object with the fields (" + given + ") was given; it must be " + allowed);
  }

  private static Set<String> names(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toSet());
  }

  private static String form(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(c -> "\"" + c.getName() + "\": …")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private Object record(JsonTree tree, Class<?> type) {
    Map<String, JsonTree> fields = fields(tree, "an object with the fields of " + form(type));
    RecordComponent[] components = type.getRecordComponents();
    for (String name : fields.keySet()) {
      if (Arrays.stream(components).noneMatch(c -> c.getName().equals(name))) {
        String known = String.join(", ", names(components));
        throw in(name).refused(fields.get(name), "there is no such field; the fields are " + known);
      }
    }
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int c = 0; c < components.length; c++) {
      types[c] = components[c].getType();
      values[c] = component(tree, fields.get(components[c].getName()), components[c]);
    }
    return created(tree, type, types, values);
  }

  private static List<String> names(RecordComponent[] components) {
    return Arrays.stream(components).map(RecordComponent::getName).toList();
  }

  private @Nullable Object component(
      JsonTree record, @Nullable JsonTree value, RecordComponent component) {
    String name = component.getName();
    if (value == null) {
      JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
      if (include != null) {
        return List.of();
      }
      throw refused(record, "the field \"" + name + "\" is missing");
    }
    if (value.isNull() && component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      return null;
    }
    return in(name).value(value, component.getGenericType());
  }

  private Object created(JsonTree tree, Class<?> type, Class<?>[] types, Object[] values) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true); // the records of a journal are private
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw refused(tree, String.valueOf(refusal.getMessage()));
      }
      throw new IllegalStateException("a value cannot be created", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is no record that can be created", e);
    }
  }
}
