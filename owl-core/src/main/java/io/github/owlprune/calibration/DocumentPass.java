package io.github.owlprune.calibration;

import java.io.Closeable;
import java.io.IOException;

/** A pass over documents. Documents whose text is not asked for are skipped cheaply. */
interface DocumentPass extends Closeable {
  /** Moves to the next document, or returns false after the last. */
  boolean next() throws IOException;

  /** Returns the text of the current document; at most once. */
  String text() throws IOException;

  @Override
  default void close() throws IOException {}
}
