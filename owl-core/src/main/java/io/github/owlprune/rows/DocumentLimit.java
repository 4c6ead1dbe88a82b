package io.github.owlprune.rows;

import java.io.IOException;

/**
 * The largest document that is read: 256 MiB, and at most an eighth of the heap, because its bytes,
 * its text and its tokens are held at the same time. It protects against compressed files that
 * unpack to one endless line.
 */
public final class DocumentLimit {
  /** The limit in bytes of UTF-8. */
  public static final int BYTES =
      (int) Math.min(256L << 20, Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 8));

  private DocumentLimit() {}

  /**
   * Creates the error for a document over the limit.
   *
   * @param where the file and the row
   * @return an exception whose message names the limit
   */
  public static IOException exceeded(String where) {
    return new IOException(
        where
            + " is larger than "
            + (BYTES >> 20)
            + " MiB, the limit of a document (at most an eighth of the heap); divide it into"
            + " several documents, or allow more memory");
  }
}
