package io.github.owlprune.calibration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Calibration data that is run through the model: token ids, or text to draw them from. */
public sealed interface Calibration permits TokenIds, TextCalibration {
  /**
   * Draws the sequences. The result is deterministic for given settings.
   *
   * @return at least one sequence
   * @throws IllegalArgumentException if the text is too short (the message says by how much), or if
   *     documents must be joined but no end-of-text token is known
   */
  TokenIds draw();

  /**
   * Creates calibration data from token ids.
   *
   * @param sequences at least one, none empty
   * @return a copy
   * @throws IllegalArgumentException if there are no sequences, a sequence is empty, or an id is
   *     negative
   */
  static TokenIds ids(List<int[]> sequences) {
    return TokenIds.of(sequences, "given token ids");
  }

  /**
   * Reads token ids from a JSON file of the form {@code {"ids": [[…], …]}}.
   *
   * @param json the file
   * @return its sequences
   * @throws IOException if the file cannot be read or has a different form; the message says where
   */
  static TokenIds ids(Path json) throws IOException {
    return TokenIdsFile.read(json);
  }

  /**
   * Creates calibration data that draws windows from the documents of a file.
   *
   * @param tokenizer the model's tokenizer
   * @param file a {@code .txt} or {@code .jsonl} file
   * @return calibration of 128 sequences of 2048 tokens with seed 0, unless changed
   * @throws IOException if the file does not exist or cannot be read, or a row is not a document;
   *     the message names its line
   * @throws IllegalArgumentException if the file has a different extension
   */
  static TextCalibration text(Tokenizer tokenizer, Path file) throws IOException {
    return TextCalibration.of(tokenizer, Documents.read(file), String.valueOf(file.getFileName()));
  }

  /**
   * Creates calibration data that draws windows from documents.
   *
   * @param tokenizer the model's tokenizer
   * @param documents at least one
   * @return calibration of 128 sequences of 2048 tokens with seed 0, unless changed
   * @throws IllegalArgumentException if there are no documents or all are empty
   */
  static TextCalibration text(Tokenizer tokenizer, List<String> documents) {
    return TextCalibration.of(tokenizer, documents, "the given documents");
  }
}
