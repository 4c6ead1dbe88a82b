package io.github.owlprune.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads documents from a UTF-8 file. A {@code .txt} file is one document; a {@code .jsonl} file has
 * one per line, in the field {@code text} of an object. Blank lines are skipped.
 */
public final class Documents {
  /** Accepts strings of any length: Jackson's input is a line that is in memory already. */
  private static final JsonFactory ROWS =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Documents() {}

  /**
   * Reads the documents for calibration.
   *
   * @param file a {@code .txt} or {@code .jsonl} file
   * @return at least one document
   * @throws IOException if the file cannot be read or a row is not a document; the message names
   *     its line
   * @throws IllegalArgumentException if the file has a different extension
   */
  public static List<String> read(Path file) throws IOException {
    checkName(file);
    List<String> documents = isRows(file) ? rows(file) : List.of(text(file));
    if (documents.stream().allMatch(String::isEmpty)) {
      throw new IOException(file + " contains no text; give a file with at least one document");
    }
    return documents;
  }

  /**
   * Reads the text for a perplexity measurement. Rows are joined by an empty line, as in the
   * papers' use of WikiText-2.
   *
   * @param file a {@code .txt} or {@code .jsonl} file
   * @return the text, not empty
   * @throws IOException if the file cannot be read or a row is not a document; the message names
   *     its line
   * @throws IllegalArgumentException if the file has a different extension
   */
  public static String joined(Path file) throws IOException {
    return String.join("\n\n", read(file));
  }

  /**
   * Rejects a file with an unsupported extension.
   *
   * @param file any path
   * @throws IllegalArgumentException if it does not end in {@code .txt} or {@code .jsonl}
   */
  public static void checkName(Path file) {
    if (!isRows(file) && !file.toString().endsWith(".txt")) {
      throw new IllegalArgumentException(
          file + " is neither .txt (one document) nor .jsonl (one {\"text\": …} per line)");
    }
  }

  private static boolean isRows(Path file) {
    return file.toString().endsWith(".jsonl");
  }

  private static String text(Path file) throws IOException {
    requireFile(file);
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw notUtf8(file, e);
    }
  }

  private static List<String> rows(Path file) throws IOException {
    requireFile(file);
    List<String> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      for (int number = 1; line != null; number++) {
        if (!line.isBlank()) {
          rows.add(row(line, file + ", line " + number));
        }
        line = reader.readLine();
      }
    } catch (CharacterCodingException e) {
      throw notUtf8(file, e);
    }
    return rows;
  }

  /** Returns the text of one row; other fields are skipped. */
  private static String row(String line, String where) throws IOException {
    String text = null;
    try (JsonParser json = ROWS.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException(where + " is not an object {\"text\": …}");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        boolean wanted = json.currentName().equals("text");
        if (json.nextToken() == JsonToken.VALUE_STRING && wanted) {
          text = json.getText();
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new IOException(where + " continues after its object; put each row on its own line");
      }
    } catch (JsonProcessingException e) {
      throw new IOException(where + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (text == null) {
      throw new IOException(where + " has no field \"text\" with a string value");
    }
    return text;
  }

  private static void requireFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "the text file does not exist");
    }
  }

  private static IOException notUtf8(Path file, CharacterCodingException cause) {
    return new IOException(file + " is not UTF-8; convert it first", cause);
  }
}
