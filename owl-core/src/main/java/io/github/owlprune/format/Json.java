package io.github.owlprune.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;

/** Writes and reads versioned values as JSON: every field present, none unknown. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Writes a value.
   *
   * @param value a record
   * @return its JSON, indented
   */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a " + value.getClass().getSimpleName() + " has no JSON", e);
    }
  }

  /**
   * Reads a value.
   *
   * @param json the text that {@link #write} returned
   * @param type the record's type
   * @param version the only accepted value of its field {@code version}
   * @return the equal value
   * @param <T> the record's type
   * @throws IllegalArgumentException if the text is not such a value, saying what is wrong
   */
  public static <T> T read(String json, Class<T> type, int version) {
    String what = words(type.getSimpleName());
    try {
      JsonNode tree = MAPPER.readTree(json);
      int found = tree.path("version").asInt(0);
      if (found != version) {
        throw new IllegalArgumentException(
            "this is not a "
                + what
                + " of version "
                + version
                + (tree.has("version") ? " but of version " + found : ": it names no version")
                + "; create it again with this release");
      }
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "this is not a valid " + what + ": " + e.getOriginalMessage(), e);
    }
  }

  /** Returns a type's name as words: {@code TuningResult} as {@code tuning result}. */
  private static String words(String typeName) {
    return typeName.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
