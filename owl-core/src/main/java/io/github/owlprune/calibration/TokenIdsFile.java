package io.github.owlprune.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.github.owlprune.rows.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads token ids from JSON of the form {@code {"ids": [[…], …]}}; other fields are skipped. */
final class TokenIdsFile {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final JsonParser json;

  private TokenIdsFile(Path file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  static TokenIds read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "the token id file does not exist");
    }
    try (InputStream in = Content.open(file);
        JsonParser json = JSON.createParser(in)) {
      List<int[]> sequences = new TokenIdsFile(file, json).sequences();
      return TokenIds.of(sequences, String.valueOf(file.getFileName()));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Tells whether a file is a JSON object with a list of ids, as far as it is valid JSON. */
  static boolean recognizes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Content.open(file);
        JsonParser json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean ids = json.currentName().equals("ids");
        if (json.nextToken() == JsonToken.START_ARRAY && ids) {
          return true;
        }
        json.skipChildren();
      }
      return false;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private List<int[]> sequences() throws IOException {
    List<int[]> sequences = null;
    if (json.nextToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        boolean wanted = json.currentName().equals("ids");
        if (json.nextToken() == JsonToken.START_ARRAY && wanted) {
          sequences = rows();
        } else {
          json.skipChildren();
        }
      }
    }
    if (sequences == null) {
      throw new IOException(file + " has no list \"ids\"; write {\"ids\": [[1, 2], [3, 4]]}");
    }
    if (json.nextToken() != null) {
      throw new IOException(file + " continues after its object {\"ids\": …}; remove the rest");
    }
    return sequences;
  }

  private List<int[]> rows() throws IOException {
    List<int[]> rows = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw new IOException(file + ": sequence " + rows.size() + " is not a list of ids");
      }
      rows.add(row(rows.size()));
    }
    return rows;
  }

  private int[] row(int number) throws IOException {
    IntStream.Builder row = IntStream.builder();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw noId(number, null);
      }
      try {
        row.add(json.getIntValue());
      } catch (InputCoercionException e) {
        throw noId(number, e);
      }
    }
    return row.build().toArray();
  }

  private IOException noId(int number, @Nullable Exception cause) throws IOException {
    return new IOException(
        file + ": sequence " + number + " contains " + json.getText() + ", not an id", cause);
  }
}
