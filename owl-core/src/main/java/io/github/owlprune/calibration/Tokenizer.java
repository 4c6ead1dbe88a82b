package io.github.owlprune.calibration;

import java.util.OptionalInt;

/** Encodes text as token ids. */
public interface Tokenizer {
  /**
   * Encodes a text as the model expects it, including the special tokens its tokenizer adds.
   *
   * @param text any text
   * @return token ids
   */
  int[] encode(String text);

  /**
   * Returns the token that separates documents.
   *
   * @return its id, or empty if the model defines none
   */
  OptionalInt endOfText();
}
