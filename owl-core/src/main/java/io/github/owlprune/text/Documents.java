package io.github.owlprune.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Documents in a UTF-8 file: a {@code .txt} is one, a {@code .jsonl} has one a row, in the field
 * {@code text}.
 */
public final class Documents {
  private Documents() {}

  /**
   * Reads the documents for calibration.
   *
   * @param file a {@code .txt} or {@code .jsonl}
   * @return at least one document
   * @throws IOException if the file cannot be read or a row is no document, naming the row
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
   * @throws IOException if the file cannot be read or a row is no document, naming the row
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
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw new IOException(file + " is not UTF-8; convert it first", e);
    }
  }

  private static List<String> rows(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file);
        MappingIterator<JsonNode> values =
            new ObjectMapper().readerFor(JsonNode.class).readValues(reader)) {
      while (values.hasNextValue()) {
        JsonNode text = values.nextValue().path("text");
        if (!text.isTextual()) {
          throw new IOException(
              file + ", row " + (rows.size() + 1) + " has no field \"text\" that is a text");
        }
        rows.add(text.textValue());
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + ", row " + (rows.size() + 1) + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (MalformedInputException e) {
      throw new IOException(file + " is not UTF-8; convert it first", e);
    }
    return rows;
  }
}
