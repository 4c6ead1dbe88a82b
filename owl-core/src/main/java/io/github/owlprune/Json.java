package io.github.owlprune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Plans and reports as JSON: every field present, none unknown, the version first. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a " + value.getClass().getSimpleName() + " has no JSON", e);
    }
  }

  static <T> T read(String json, Class<T> type, int version) {
    String what = type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    try {
      JsonNode tree = MAPPER.readTree(json);
      int found = tree.path("version").asInt(0);
      if (found != version) {
        throw new IllegalArgumentException(
            "this is no "
                + what
                + " of version "
                + version
                + (tree.has("version") ? " but of version " + found : ": it names no version")
                + "; make it again with this release");
      }
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "this is no valid " + what + ": " + e.getOriginalMessage(), e);
    }
  }
}
