package io.github.owlprune.text;

import java.util.OptionalInt;

/** Turns text into token ids. */
public interface Tokenizer {
  /**
   * Encodes a text as the model expects it, with the special tokens that its tokenizer adds.
   *
   * @param text any text
   * @return token ids
   */
  int[] encode(String text);

  /**
   * The token that separates documents.
   *
   * @return its id, if the model names one
   */
  OptionalInt endOfText();
}
