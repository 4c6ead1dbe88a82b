package io.github.owlprune;

import io.github.owlprune.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Windows drawn at random from documents, as the papers draw theirs from C4: one window from each
 * of as many documents as sequences are asked for, among those that are long enough. If there are
 * not that many, all documents are shuffled, joined by the end-of-text token and cut. Immutable.
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
      throw new IllegalArgumentException("no document was given; calibration needs text");
    }
    return new TextCalibration(
        tokenizer, List.copyOf(documents), name, 128, 2048, 0, tokenizer.endOfText());
  }

  /**
   * Sets how many sequences are drawn.
   *
   * @param sequences at least 1; 128 unless set
   * @return a new calibration
   */
  public TextCalibration sequences(int sequences) {
    if (sequences < 1) {
      throw new IllegalArgumentException(
          sequences + " calibration sequences were asked for; 1 or more are needed");
    }
    return new TextCalibration(tokenizer, documents, name, sequences, length, seed, endOfText);
  }

  /**
   * Sets the length of a sequence.
   *
   * @param length tokens, at least 1; 2048 unless set
   * @return a new calibration
   */
  public TextCalibration length(int length) {
    if (length < 1) {
      throw new IllegalArgumentException(
          "sequences of " + length + " tokens were asked for; 1 or more are needed");
    }
    return new TextCalibration(tokenizer, documents, name, sequences, length, seed, endOfText);
  }

  /**
   * Sets the seed of the draw.
   *
   * @param seed any; 0 unless set
   * @return a new calibration
   */
  public TextCalibration seed(long seed) {
    return new TextCalibration(tokenizer, documents, name, sequences, length, seed, endOfText);
  }

  /**
   * Sets the token that documents are joined by when they are too short.
   *
   * @param id a token id; the tokenizer's own unless set
   * @return a new calibration
   */
  public TextCalibration endOfText(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("the end-of-text id " + id + " is negative");
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
            "a random window from each of "
                + sequences
                + " long enough documents of "
                + name
                + ", seed "
                + seed);
      }
    }
    return joined(encoded, windows.size());
  }

  /** The documents, already shuffled, as one text. */
  private TokenIds joined(List<int[]> encoded, int longEnough) {
    int separator =
        endOfText.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "only "
                        + longEnough
                        + " of "
                        + documents.size()
                        + " documents of "
                        + name
                        + " have "
                        + length
                        + " tokens, and to join them the end-of-text token is"
                        + " needed, which the tokenizer does not name; set it by endOfText(id)"));
    IntStream.Builder all = IntStream.builder();
    for (int d = 0; d < encoded.size(); d++) {
      if (d > 0) {
        all.add(separator);
      }
      Arrays.stream(encoded.get(d)).forEach(all::add);
    }
    int[] ids = all.build().toArray();
    if (ids.length < (long) sequences * length) {
      throw new IllegalArgumentException(
          sequences
              + " sequences of "
              + length
              + " tokens were asked for, but "
              + name
              + " has "
              + ids.length
              + " tokens in all; use fewer or shorter sequences, or more text");
    }
    List<int[]> windows = new ArrayList<>();
    for (int s = 0; s < sequences; s++) {
      windows.add(Arrays.copyOfRange(ids, s * length, (s + 1) * length));
    }
    return TokenIds.of(
        windows,
        documents.size()
            + " documents of "
            + name
            + " shuffled, joined by token "
            + separator
            + " and cut, as only "
            + longEnough
            + " are long enough, seed "
            + seed);
  }
}
