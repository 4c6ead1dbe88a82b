package io.github.owlprune.calibration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/**
 * Random windows from documents, drawn as the papers draw theirs from C4: one window per document,
 * from as many sufficiently long documents as there are sequences to draw. If there are too few,
 * all documents are shuffled, joined with the end-of-text token and cut into windows. Immutable.
 *
 * <p>The documents are read at {@link #draw}, as a stream: a first pass counts them, further ones
 * read what comes next in the shuffled order. At most 64 MiB of documents are held (an eighth of
 * the heap if that is less), 4 bytes per document of the file, and the tokens that are drawn.
 */
public final class TextCalibration implements Calibration {
  private final Tokenizer tokenizer;
  private final Documents documents;
  private final int sequences;
  private final int length;
  private final long seed;
  private final OptionalInt endOfText;

  private TextCalibration(
      Tokenizer tokenizer,
      Documents documents,
      int sequences,
      int length,
      long seed,
      OptionalInt endOfText) {
    this.tokenizer = tokenizer;
    this.documents = documents;
    this.sequences = sequences;
    this.length = length;
    this.seed = seed;
    this.endOfText = endOfText;
  }

  static TextCalibration of(Tokenizer tokenizer, Documents documents) {
    return new TextCalibration(tokenizer, documents, 128, 2048, 0, tokenizer.endOfText());
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
    return new TextCalibration(tokenizer, documents, sequences, length, seed, endOfText);
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
    return new TextCalibration(tokenizer, documents, sequences, length, seed, endOfText);
  }

  /**
   * Sets the random seed.
   *
   * @param seed any value; 0 by default
   * @return a new calibration
   */
  public TextCalibration seed(long seed) {
    return new TextCalibration(tokenizer, documents, sequences, length, seed, endOfText);
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
    return new TextCalibration(tokenizer, documents, sequences, length, seed, OptionalInt.of(id));
  }

  @Override
  public TokenIds draw() {
    try {
      return drawn();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private TokenIds drawn() throws IOException {
    Random random = new Random(seed);
    int probable = (int) Math.min(Math.max(4096, 64L * sequences), Integer.MAX_VALUE);
    ShuffledDocuments shuffled =
        new ShuffledDocuments(documents, random, probable, ShuffledDocuments.MEMORY);
    JoinedTokens joined = new JoinedTokens(length, (long) sequences * length);
    List<int[]> windows = new ArrayList<>();
    for (String text = shuffled.next(); text != null; text = shuffled.next()) {
      int[] ids = tokenizer.encode(text);
      joined.add(ids);
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
                + documents.name()
                + ", seed "
                + seed);
      }
    }
    return joined(joined, shuffled.count(), windows.size());
  }

  /** Joins the documents, already shuffled, and cuts the result into windows. */
  private TokenIds joined(JoinedTokens joined, int count, int longEnough) {
    long needed = (long) sequences * length;
    if (joined.tokens() < needed) {
      throw new IllegalArgumentException(
          sequences
              + " sequences of "
              + length
              + " tokens were requested, "
              + needed
              + " tokens in total, but "
              + documents.name()
              + " has only "
              + joined.tokens()
              + " tokens; use fewer or shorter sequences, or more text");
    }
    if (count == 1) {
      return TokenIds.of(
          joined.cut(sequences, 0),
          "the only document of " + documents.name() + ", cut from its start");
    }
    int separator = endOfText.orElseThrow(() -> noSeparator(count, longEnough));
    return TokenIds.of(
        joined.cut(sequences, separator),
        count
            + " documents of "
            + documents.name()
            + " shuffled, joined by token "
            + separator
            + " and cut, because only "
            + longEnough
            + " are long enough, seed "
            + seed);
  }

  private IllegalArgumentException noSeparator(int count, int longEnough) {
    return new IllegalArgumentException(
        "only "
            + longEnough
            + " of "
            + count
            + " documents of "
            + documents.name()
            + " have "
            + length
            + " tokens, and the tokenizer defines no end-of-text token to join them with;"
            + " set it with endOfText(id)");
  }
}
