package io.github.owlprune;

import io.github.owlprune.text.Documents;
import io.github.owlprune.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What runs through the model to see its activations: token ids, or text to draw them from. */
public sealed interface Calibration permits TokenIds, TextCalibration {
  /**
   * Draws the sequences; the same settings draw the same ones.
   *
   * @return at least one sequence
   * @throws IllegalArgumentException if the text is too short, saying by how much, or its documents
   *     must be joined and no end-of-text token is known
   */
  TokenIds draw();

  /**
   * Sequences that are token ids already.
   *
   * @param sequences at least one, none empty
   * @return a copy
   * @throws IllegalArgumentException if there is none, or an empty one or a negative id
   */
  static TokenIds ids(List<int[]> sequences) {
    return TokenIds.of(sequences, "given token ids");
  }

  /**
   * Reads a file {@code {"ids": [[…], …]}}.
   *
   * @param json the file
   * @return its sequences
   * @throws IOException if it cannot be read or is of another form, saying where
   */
  static TokenIds ids(Path json) throws IOException {
    return TokenIdsFile.read(json);
  }

  /**
   * Draws windows from the documents of a file.
   *
   * @param tokenizer the model's
   * @param file a {@code .txt} or {@code .jsonl}
   * @return 128 sequences of 2048 tokens with seed 0, unless changed
   * @throws IOException if the file does not exist or cannot be read, or a row is no document,
   *     naming its line
   * @throws IllegalArgumentException if the file's name ends otherwise
   */
  static TextCalibration text(Tokenizer tokenizer, Path file) throws IOException {
    return TextCalibration.of(tokenizer, Documents.read(file), String.valueOf(file.getFileName()));
  }

  /**
   * Draws windows from documents.
   *
   * @param tokenizer the model's
   * @param documents at least one
   * @return 128 sequences of 2048 tokens with seed 0, unless changed
   * @throws IllegalArgumentException if there is none, or all are empty
   */
  static TextCalibration text(Tokenizer tokenizer, List<String> documents) {
    return TextCalibration.of(tokenizer, documents, "the given documents");
  }
}
