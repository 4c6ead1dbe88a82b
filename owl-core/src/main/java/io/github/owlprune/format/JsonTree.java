package io.github.owlprune.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value that knows its line, so that a message can say where it is. */
sealed interface JsonTree {
  /** Returns the line on which the value begins, from 1. */
  int line();

  /** An object. */
  record Fields(int line, Map<String, JsonTree> byName) implements JsonTree {}

  /** An array. */
  record Elements(int line, List<JsonTree> values) implements JsonTree {}

  /** A text. */
  record Text(int line, String value) implements JsonTree {}

  /** A number, as it is written. */
  record Numeral(int line, String written) implements JsonTree {}

  /** True, false or null. */
  record Word(int line, String word) implements JsonTree {}

  /** Returns whether the value is null. */
  default boolean isNull() {
    return this instanceof Word word && word.word().equals("null");
  }

  /** Returns a short description of the value for messages. */
  default String described() {
    if (this instanceof Text text) {
      return "\"" + shortened(text.value()) + "\"";
    }
    if (this instanceof Numeral numeral) {
      return shortened(numeral.written());
    }
    if (this instanceof Word word) {
      return word.word();
    }
    return this instanceof Fields ? "an object" : "a list";
  }

  /** Shortens a text of a file, and removes what could control a terminal. */
  static String shortened(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 60 ? printable : printable.substring(0, 60) + "…";
  }

  /**
   * Parses a text.
   *
   * @throws IllegalArgumentException if it is not one JSON value, or a field of an object appears
   *     twice, saying on which line
   */
  static JsonTree parse(String json) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      JsonTree tree = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "line " + parser.currentTokenLocation().getLineNr() + " has more text after its end");
      }
      return tree;
    } catch (JsonEOFException e) {
      throw new IllegalArgumentException("it ends before it is complete", e);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new IllegalArgumentException(
          (at == null ? "it" : "line " + at.getLineNr() + ", column " + at.getColumnNr())
              + " is not JSON; look for a comma, a quotation mark or a bracket that is missing or"
              + " too many there or just before",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonTree value(JsonParser parser, @Nullable JsonToken token) throws IOException {
    if (token == null) {
      throw new IllegalArgumentException("it is empty");
    }
    int line = parser.currentTokenLocation().getLineNr();
    return switch (token) {
      case START_OBJECT -> new Fields(line, fields(parser));
      case START_ARRAY -> {
        List<JsonTree> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(parser, parser.currentToken()));
        }
        yield new Elements(line, values);
      }
      case VALUE_STRING -> new Text(line, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(line, parser.getText());
      default -> new Word(line, parser.getText());
    };
  }

  private static Map<String, JsonTree> fields(JsonParser parser) throws IOException {
    Map<String, JsonTree> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int line = parser.currentTokenLocation().getLineNr();
      if (fields.put(name, value(parser, parser.nextToken())) != null) {
        throw new IllegalArgumentException(
            "line " + line + " gives \"" + shortened(name) + "\" a second time");
      }
    }
    return fields;
  }
}
