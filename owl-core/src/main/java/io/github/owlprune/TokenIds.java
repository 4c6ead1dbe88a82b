package io.github.owlprune;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.List;

/** Sequences of token ids, and where they came from. Immutable. */
public final class TokenIds implements Calibration {
  private final List<int[]> sequences;
  private final long tokens;
  private final String source;

  private TokenIds(List<int[]> sequences, long tokens, String source) {
    this.sequences = sequences;
    this.tokens = tokens;
    this.source = source;
  }

  static TokenIds of(List<int[]> sequences, String from) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("no sequence of token ids was given; give at least one");
    }
    for (int i = 0; i < sequences.size(); i++) {
      int[] sequence = sequences.get(i);
      if (sequence.length == 0) {
        throw new IllegalArgumentException("sequence " + i + " is empty; leave it away");
      }
      for (int id : sequence) {
        if (id < 0) {
          throw new IllegalArgumentException(
              "sequence " + i + " holds the id " + id + "; ids are 0 or above");
        }
      }
    }
    List<int[]> copies = sequences.stream().map(int[]::clone).toList();
    long tokens = copies.stream().mapToLong(s -> s.length).sum();
    return new TokenIds(
        copies, tokens, sequences.size() + " sequences, " + tokens + " tokens: " + from);
  }

  /**
   * The sequences.
   *
   * @return at least one, none empty; copies
   */
  public List<int[]> sequences() {
    return sequences.stream().map(int[]::clone).toList();
  }

  /** Two that hold the same sequences have the same. */
  String hash() {
    Hasher hasher = Hashing.sha256().newHasher();
    for (int[] sequence : sequences) {
      hasher.putInt(sequence.length);
      for (int id : sequence) {
        hasher.putInt(id);
      }
    }
    return hasher.hash().toString();
  }

  /**
   * How many token ids there are in all sequences together.
   *
   * @return at least 1
   */
  public long tokens() {
    return tokens;
  }

  /**
   * How many there are, how they were drawn, and from what.
   *
   * @return one line
   */
  public String source() {
    return source;
  }

  @Override
  public TokenIds draw() {
    return this;
  }
}
