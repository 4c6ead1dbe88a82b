package io.github.owlprune.text;

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
 * Documents in a UTF-8 file: a {@code .txt} is one, a {@code .jsonl} has one a line, in the field
 * {@code text} of an object; blank lines are skipped.
 */
public final class Documents {
  /** A document may be as long as a line that fits in memory, which is Jackson's input here. */
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
   * @param file a {@code .txt} or {@code .jsonl}
   * @return at least one document
   * @throws IOException if the file cannot be read or a row is no document, naming its line
   * @throws IllegalArgumentException if the file's name ends otherwise
   */
  public static List<String> read(Path file) throws IOException {
    checkName(file);
    List<String> documents = isRows(file) ? rows(file) : List.of(text(file));
    if (documents.stream().allMatch(String::isEmpty)) {
      throw new IOException(file + " holds no text");
    }
    return documents;
  }

  /**
   * Reads the text for perplexity: rows are joined by an empty line, as the papers do with
   * WikiText-2.
   *
   * @param file a {@code .txt} or {@code .jsonl}
   * @return not empty
   * @throws IOException if the file cannot be read or a row is no document, naming its line
   * @throws IllegalArgumentException if the file's name ends otherwise
   */
  public static String joined(Path file) throws IOException {
    return String.join("\n\n", read(file));
  }

  /**
   * Refuses a file whose name says that it is of another kind.
   *
   * @param file any path
   * @throws IllegalArgumentException if it does not end in {@code .txt} or {@code .jsonl}
   */
  public static void checkName(Path file) {
    if (!isRows(file) && !file.toString().endsWith(".txt")) {
      throw new IllegalArgumentException(
          file + " is neither .txt (one document) nor .jsonl (a row {\"text\": …} a document)");
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

  /** The text of one row, its other fields skipped. */
  private static String row(String line, String where) throws IOException {
    String text = null;
    try (JsonParser json = ROWS.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException(where + " is no object {\"text\": …}");
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
        throw new IOException(where + " goes on after its object; give each row a line of its own");
      }
    } catch (JsonProcessingException e) {
      throw new IOException(where + " is no JSON: " + e.getOriginalMessage(), e);
    }
    if (text == null) {
      throw new IOException(where + " has no field \"text\" that is a text");
    }
    return text;
  }

  private static void requireFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file with text");
    }
  }

  private static IOException notUtf8(Path file, CharacterCodingException cause) {
    return new IOException(file + " is not UTF-8; convert it first", cause);
  }
}
