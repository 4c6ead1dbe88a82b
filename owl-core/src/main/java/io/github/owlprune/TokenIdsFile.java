package io.github.owlprune;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code {"ids": [[…], …]}}. */
final class TokenIdsFile {
  private TokenIdsFile() {}

  static TokenIds read(Path file) throws IOException {
    JsonNode rows = tree(file).path("ids");
    if (!rows.isArray()) {
      throw new IOException(file + " has no list \"ids\"; the form is {\"ids\": [[1, 2], [3, 4]]}");
    }
    List<int[]> sequences = new ArrayList<>();
    for (JsonNode row : rows) {
      sequences.add(sequence(file, sequences.size(), row));
    }
    try {
      return TokenIds.of(sequences, String.valueOf(file.getFileName()));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode tree(Path file) throws IOException {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (JacksonException e) {
      throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static int[] sequence(Path file, int number, JsonNode row) throws IOException {
    if (!row.isArray()) {
      throw new IOException(file + ": sequence " + number + " is no list of ids");
    }
    int[] sequence = new int[row.size()];
    for (int t = 0; t < sequence.length; t++) {
      JsonNode id = row.get(t);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw new IOException(file + ": sequence " + number + " holds " + id + ", which is no id");
      }
      sequence[t] = id.intValue();
    }
    return sequence;
  }
}
