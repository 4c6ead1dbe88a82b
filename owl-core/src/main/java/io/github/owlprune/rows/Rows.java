package io.github.owlprune.rows;

import java.io.Closeable;
import java.io.IOException;

/** A pass over the rows of a file. Rows that are not read are skipped without being decoded. */
public interface Rows extends Closeable {
  /**
   * Moves to the next row.
   *
   * @return false after the last row
   * @throws IOException if the file cannot be read or is damaged; the message names it
   */
  boolean next() throws IOException;

  /**
   * Reads the document of the current row. It can be read once.
   *
   * @return the text or the messages in the requested field
   * @throws IOException if the row is malformed, lacks the field or is larger than {@link
   *     DocumentLimit} allows; the message names the file and the row
   */
  Row read() throws IOException;

  /**
   * Names the current row, for errors.
   *
   * @return the file and the row, such as {@code c4.jsonl, line 3}
   */
  String where();
}
