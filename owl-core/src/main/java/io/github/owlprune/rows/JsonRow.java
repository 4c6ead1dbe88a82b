package io.github.owlprune.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document in one JSON object. Other fields are skipped, whatever they hold; {@code NaN}
 * and {@code Infinity}, which Python writes, are accepted as numbers.
 */
final class JsonRow {
  /** Accepts whatever fits into a document; documents are limited by {@link DocumentLimit}. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(DocumentLimit.BYTES)
                  .maxNumberLength(DocumentLimit.BYTES)
                  .maxNameLength(DocumentLimit.BYTES)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build()
          .setCodec(new ObjectMapper());

  private final JsonParser json;
  private final Field field;
  private final String where;
  private final @Nullable Row[] found;
  private final Set<String> present = new LinkedHashSet<>();
  private @Nullable IOException unusable;

  private JsonRow(JsonParser json, Field field, String where) {
    this.json = json;
    this.field = field;
    this.where = where;
    found = new Row[field.names().size()];
  }

  /** Reads the object at whose start the parser is, up to its end. */
  static Row read(JsonParser json, Field field, String where) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException(where + " is not an object {\"text\": …}");
    }
    return new JsonRow(json, field, where).read();
  }

  private Row read() throws IOException {
    walk("");
    for (Row row : found) {
      if (row != null) {
        return row;
      }
    }
    throw unusable != null ? unusable : field.absent(where, present);
  }

  /** Passes through an object; {@code path} ends with a dot unless it is the row itself. */
  private void walk(String path) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = path + json.currentName();
      if (path.isEmpty()) {
        present.add(name);
      }
      JsonToken token = json.nextToken();
      int wanted = field.names().indexOf(name);
      if (wanted >= 0) {
        take(wanted, name, token);
      } else if (token == JsonToken.START_OBJECT && field.leadsThrough(name)) {
        walk(name + ".");
      } else {
        json.skipChildren();
      }
    }
  }

  private void take(int wanted, String name, JsonToken token) throws IOException {
    if (found[wanted] != null) {
      throw new IOException(where + " has the field \"" + name + "\" twice; keep one");
    }
    if (token == JsonToken.VALUE_STRING) {
      found[wanted] = new Row.Text(json.getText());
    } else if (token == JsonToken.START_ARRAY) {
      found[wanted] = Messages.of(json.readValueAs(Object.class), where, name);
    } else {
      json.skipChildren();
      unusable =
          new IOException(
              where
                  + ": the field \""
                  + name
                  + "\" holds "
                  + kind(token)
                  + ", neither a text nor a list of chat messages");
    }
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> "an object";
    };
  }

  /** Describes invalid JSON without the parser's own words for its settings. */
  static IOException invalid(String where, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String place = at == null || at.getColumnNr() < 1 ? "" : " at column " + at.getColumnNr();
    if (e instanceof StreamConstraintsException) {
      return new IOException(
          where + " holds a value that is too large or too deeply nested" + place, e);
    }
    return new IOException(where + " is not valid JSON" + place + ": " + e.getOriginalMessage(), e);
  }
}
