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
   * @throws java.io.UncheckedIOException if a file cannot be read or has changed, or a row that was
   *     drawn is not a document; the message names the file and the row
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
   * Tells whether a file holds token ids rather than text.
   *
   * @param file any path
   * @return whether it is an existing file with a JSON object that has a list {@code ids}
   * @throws IOException if the file cannot be read
   */
  static boolean isIds(Path file) throws IOException {
    return TokenIdsFile.recognizes(file);
  }

  /**
   * Creates calibration data that draws windows from the documents of a file or a folder.
   *
   * @param tokenizer the model's tokenizer
   * @param path a file or folder as in {@link Documents#in(Path)}
   * @return calibration of 128 sequences of 2048 tokens with seed 0, unless changed
   * @throws IOException if nothing is found, or a file is empty or cannot be read
   * @throws IllegalArgumentException if a file has an unknown format, or formats are mixed
   */
  static TextCalibration text(Tokenizer tokenizer, Path path) throws IOException {
    return text(tokenizer, Documents.in(path));
  }

  /**
   * Creates calibration data that draws windows from documents.
   *
   * @param tokenizer the model's tokenizer
   * @param documents documents of files, with their field and chat template, or in memory
   * @return calibration of 128 sequences of 2048 tokens with seed 0, unless changed
   */
  static TextCalibration text(Tokenizer tokenizer, Documents documents) {
    return TextCalibration.of(tokenizer, documents);
  }

  /**
   * Creates calibration data that draws windows from documents in memory.
   *
   * @param tokenizer the model's tokenizer
   * @param documents at least one
   * @return calibration of 128 sequences of 2048 tokens with seed 0, unless changed
   * @throws IllegalArgumentException if there are no documents or all are empty
   */
  static TextCalibration text(Tokenizer tokenizer, List<String> documents) {
    return text(tokenizer, Documents.of(documents));
  }
}
