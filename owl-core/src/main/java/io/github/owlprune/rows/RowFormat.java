package io.github.owlprune.rows;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file format beyond text and JSON. Implementations are registered as services, see {@link
 * java.util.ServiceLoader}.
 */
public interface RowFormat {
  /**
   * Returns the extension of the format's files.
   *
   * @return lower-case letters and digits, such as {@code parquet}
   */
  String extension();

  /**
   * Tells whether a file has this format.
   *
   * @param head the first bytes of the file, at most 4
   * @return whether they are those of the format
   */
  boolean recognizes(byte[] head);

  /**
   * Counts the rows.
   *
   * @param file a file of this format
   * @return at least 0
   * @throws IOException if the file cannot be read or is damaged; the message names it
   */
  long count(Path file) throws IOException;

  /**
   * Starts a pass over the rows.
   *
   * @param file a file of this format
   * @param field the field that holds the documents
   * @return the rows from the first on; the caller closes them
   * @throws IOException if the file cannot be read, is damaged or lacks the field; the message
   *     names the file
   */
  Rows open(Path file, Field field) throws IOException;
}
