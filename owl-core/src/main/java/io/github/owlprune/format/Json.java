package io.github.owlprune.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes and reads versioned values as JSON: every field present, none unknown. People edit such
 * files, so a refusal says where the value is and what is allowed.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String BYTE_ORDER_MARK = "\uFEFF"; // some editors write one

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
   * @param json the text that {@link #write} returned, or one that a person wrote
   * @param type the record's type
   * @param version the only accepted value of its field {@code version}
   * @return the equal value
   * @param <T> the record's type
   * @throws IllegalArgumentException if the text is not such a value, saying where and what is
   *     wrong
   */
  public static <T extends Record> T read(String json, Class<T> type, int version) {
    String what = words(type.getSimpleName());
    try {
      JsonTree tree =
          JsonTree.parse(
              json.startsWith(BYTE_ORDER_MARK) ? json.substring(BYTE_ORDER_MARK.length()) : json);
      requireVersion(tree, what, version);
      return type.cast(JsonReader.read(tree, type));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("this is not a valid " + what + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @param type the record's type
   * @param version the only accepted value of its field {@code version}
   * @return the value
   * @param <T> the record's type
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it does not hold such a value, naming the file, and saying
   *     where and what is wrong
   */
  public static <T extends Record> T read(Path file, Class<T> type, int version)
      throws IOException {
    try {
      return read(Files.readString(file), type, version);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          file + ": this is not a text in UTF-8; save it in that encoding", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireVersion(JsonTree tree, String what, int version) {
    JsonTree found = tree instanceof JsonTree.Fields fields ? fields.byName().get("version") : null;
    if (!(found instanceof JsonTree.Numeral numeral)
        || !numeral.written().equals(String.valueOf(version))) {
      throw new IllegalArgumentException(
          (found == null ? "it names no version" : "its version is " + found.described())
              + "; this release reads a "
              + what
              + " of version "
              + version
              + ", so create it again with this release");
    }
  }

  /** Returns a type's name as words: {@code AnalysisResult} as {@code analysis result}. */
  private static String words(String typeName) {
    return typeName.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
