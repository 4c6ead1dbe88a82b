package io.github.owlprune.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random windows from documents, drawn as the papers draw theirs from C4: one window per document,
 * from as many sufficiently long documents as there are sequences to draw. If there are too few,
 * all documents are shuffled, joined with the end-of-text token and cut into windows. Immutable.
 */
public final class TextCalibration implements Calibration {
  private final Tokenizer tokenizer;
  private final List<String> documents;
  private final String name;
  private final int sequences;
  private final int length;
  private final long seed;
  private final OptionalInt endOfText;

  private TextCalibration(
      Tokenizer tokenizer,
      List<String> documents,
      String name,
      int sequences,
      int length,
      long seed,
      OptionalInt endOfText) {
    this.tokenizer = tokenizer;
    this.documents = documents;
    this.name = name;
    this.sequences = sequences;
    this.length = length;
    this.seed = seed;
    this.endOfText = endOfText;
  }

  static TextCalibration of(Tokenizer tokenizer, List<String> documents, String name) {
    if (documents.isEmpty()) {
      throw new IllegalArgumentException("no documents were given; calibration needs at least one");
    }
    if (documents.stream().allMatch(String::isEmpty)) {
      throw new IllegalArgumentException("all documents are empty; calibration needs text");
    }
    return new TextCalibration(
        tokenizer, List.copyOf(documents), name, 128, 2048, 0, tokenizer.endOfText());
  }

  /**
   * Sets the number of sequences to draw.
   *
   * @param sequences at least 1; 128 by default
   * @return a new calibration
   * @throws IllegalArgumentException if it is below 1
   */
  public TextCalibration sequences(int sequences) {
    if (sequences < 1) {
      throw new IllegalArgumentException(
          sequences + " calibration sequences were requested; at least 1 is needed");
    }
    return new TextCalibration(tokenizer, documents, name, sequences, length, seed, endOfText);
  }

  /**
   * Sets the length of a sequence.
   *
   * @param length the number of tokens, at least 1; 2048 by default
   * @return a new calibration
   * @throws IllegalArgumentException if it is below 1
   */
  public TextCalibration length(int length) {
    if (length < 1) {
      throw new IllegalArgumentException(
          "sequences of " + length + " tokens were requested; at least 1 is needed");
    }
    return new TextCalibration(tokenizer, documents, name, sequences, length, seed, endOfText);
  }

  /**
   * Sets the random seed.
   *
   * @param seed any value; 0 by default
   * @return a new calibration
   */
  public TextCalibration seed(long seed) {
    return new TextCalibration(tokenizer, documents, name, sequences, length, seed, endOfText);
  }

  /**
   * Sets the token that joins documents if they are too short.
   *
   * @param id a token id, at least 0; the tokenizer's end-of-text token by default
   * @return a new calibration
   * @throws IllegalArgumentException if it is negative
   */
  public TextCalibration endOfText(int id) {
    if (id < 0) {
      throw new IllegalArgumentException(
          "the end-of-text id " + id + " was given; ids must be at least 0");
    }
    return new TextCalibration(
        tokenizer, documents, name, sequences, length, seed, OptionalInt.of(id));
  }

  @Override
  public TokenIds draw() {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, documents.size()).boxed().toList());
    Collections.shuffle(order, random);
    List<int[]> encoded = new ArrayList<>();
    List<int[]> windows = new ArrayList<>();
    for (int document : order) {
      int[] ids = tokenizer.encode(documents.get(document));
      encoded.add(ids);
      if (ids.length >= length) {
        int from = random.nextInt(ids.length - length + 1);
        windows.add(Arrays.copyOfRange(ids, from, from + length));
      }
      if (windows.size() == sequences) {
        return TokenIds.of(
            windows,
            "one random window from each of "
                + sequences
                + " sufficiently long documents of "
                + name
                + ", seed "
                + seed);
      }
    }
    return joined(encoded, windows.size());
  }

  /** Joins the documents, already shuffled, and cuts the result into windows. */
  private TokenIds joined(List<int[]> encoded, int longEnough) {
    int documents = encoded.size();
    long tokens = encoded.stream().mapToLong(ids -> ids.length).sum() + documents - 1;
    long needed = (long) sequences * length;
    if (tokens < needed) {
      throw new IllegalArgumentException(
          sequences
              + " sequences of "
              + length
              + " tokens were requested, "
              + needed
              + " tokens in total, but "
              + name
              + " has only "
              + tokens
              + " tokens; use fewer or shorter sequences, or more text");
    }
    if (documents == 1) {
      return TokenIds.of(cut(encoded), "the only document of " + name + ", cut from its start");
    }
    int separator = endOfText.orElseThrow(() -> noSeparator(longEnough));
    List<int[]> parts = new ArrayList<>();
    for (int[] ids : encoded) {
      if (!parts.isEmpty()) {
        parts.add(new int[] {separator});
      }
      parts.add(ids);
    }
    return TokenIds.of(
        cut(parts),
        documents
            + " documents of "
            + name
            + " shuffled, joined by token "
            + separator
            + " and cut, because only "
            + longEnough
            + " are long enough, seed "
            + seed);
  }

  private IllegalArgumentException noSeparator(int longEnough) {
    return new IllegalArgumentException(
        "only "
            + longEnough
            + " of "
            + documents.size()
            + " documents of "
            + name
            + " have "
            + length
            + " tokens, and the tokenizer defines no end-of-text token to join them with;"
            + " set it with endOfText(id)");
  }

  /** Cuts the concatenated parts into non-overlapping windows, starting at the beginning. */
  private List<int[]> cut(List<int[]> parts) {
    List<int[]> windows = new ArrayList<>();
    int[] window = new int[length];
    int filled = 0;
    for (int[] part : parts) {
      int from = 0;
      while (from < part.length && windows.size() < sequences) {
        int count = Math.min(length - filled, part.length - from);
        System.arraycopy(part, from, window, filled, count);
        from += count;
        filled += count;
        if (filled == length) {
          windows.add(window);
          window = new int[length];
          filled = 0;
        }
      }
    }
    return windows;
  }
}
