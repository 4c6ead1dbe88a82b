package io.github.owlprune.calibration;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import java.util.List;

/** Sequences of token ids with a description of their origin. Immutable. */
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
      throw new IllegalArgumentException("no token id sequences were given; give at least one");
    }
    for (int i = 0; i < sequences.size(); i++) {
      int[] sequence = sequences.get(i);
      if (sequence.length == 0) {
        throw new IllegalArgumentException("sequence " + i + " is empty; remove it");
      }
      for (int id : sequence) {
        if (id < 0) {
          throw new IllegalArgumentException(
              "sequence " + i + " contains the id " + id + "; ids must be at least 0");
        }
      }
    }
    List<int[]> copies = sequences.stream().map(int[]::clone).toList();
    long tokens = copies.stream().mapToLong(s -> s.length).sum();
    return new TokenIds(
        copies, tokens, sequences.size() + " sequences, " + tokens + " tokens: " + from);
  }

  /**
   * Returns copies of the sequences.
   *
   * @return at least one sequence, none empty
   */
  public List<int[]> sequences() {
    return sequences.stream().map(int[]::clone).toList();
  }

  /**
   * Keeps the first sequences.
   *
   * @param count at least 1 and at most the number of sequences
   * @return the first {@code count} sequences
   * @throws IllegalArgumentException if there are fewer, or {@code count} is below 1
   */
  public TokenIds first(int count) {
    if (count < 1 || count > sequences.size()) {
      throw new IllegalArgumentException(
          count
              + " sequences were requested, but there are "
              + sequences.size()
              + "; request 1 to "
              + sequences.size());
    }
    return count == sequences.size()
        ? this
        : of(sequences.subList(0, count), "the first " + count + " of " + source);
  }

  /**
   * Shortens every sequence to its first tokens.
   *
   * @param length at least 1 and at most the length of the shortest sequence
   * @return as many sequences, all of this length
   * @throws IllegalArgumentException if a sequence is shorter, or {@code length} is below 1
   */
  public TokenIds shortened(int length) {
    int shortest = sequences.stream().mapToInt(s -> s.length).min().orElseThrow();
    if (length < 1 || length > shortest) {
      throw new IllegalArgumentException(
          "sequences of "
              + length
              + " tokens were requested, but the shortest has "
              + shortest
              + "; request 1 to "
              + shortest);
    }
    return sequences.stream().allMatch(s -> s.length == length)
        ? this
        : of(
            sequences.stream().map(s -> Arrays.copyOf(s, length)).toList(),
            "the first " + length + " tokens of each of " + source);
  }

  /**
   * Computes a SHA-256 hash of the sequences.
   *
   * @return 64 hexadecimal digits; equal for equal sequences
   */
  public String hash() {
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
   * Returns the total number of token ids in all sequences.
   *
   * @return at least 1
   */
  public long tokens() {
    return tokens;
  }

  /**
   * Describes the number of sequences and tokens, their source and how they were drawn.
   *
   * @return one line of text
   */
  public String source() {
    return source;
  }

  @Override
  public TokenIds draw() {
    return this;
  }
}
