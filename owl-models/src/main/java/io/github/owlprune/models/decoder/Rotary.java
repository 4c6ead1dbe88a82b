package io.github.owlprune.models.decoder;

import java.util.Arrays;

/**
 * The frequencies of a rotary position embedding (arXiv 2104.09864), in the layout of Hugging Face
 * checkpoints: the first n dimensions of a head rotate in pairs {@code (i, i + n/2)}, or {@code
 * (2i, 2i + 1)} if they are interleaved, at position p by the angle {@code p · f_i}; the remaining
 * dimensions are not rotated.
 *
 * <p>Immutable. The cosines and sines are working state: see {@link RotaryTable}.
 */
public final class Rotary {
  private final int headSize;
  private final float[] frequencies; // [n/2]
  private final float[] longFrequencies; // [n/2]
  private final int originalContext;
  private final double attentionFactor;
  private final boolean interleaved;

  /**
   * Creates an embedding whose frequencies do not depend on the sequence's length.
   *
   * @param headSize the dimensions of a head
   * @param frequencies {@code [n/2]}, f_i in radians per position; n/2 is at most {@code
   *     headSize/2}
   */
  public Rotary(int headSize, float[] frequencies) {
    this(headSize, frequencies, frequencies, Integer.MAX_VALUE, 1);
  }

  /**
   * Creates an embedding with other frequencies for long sequences (LongRoPE, arXiv 2402.13753).
   *
   * @param headSize the dimensions of a head
   * @param frequencies {@code [n/2]}, f_i in radians per position; n/2 is at most {@code
   *     headSize/2}
   * @param longFrequencies {@code [n/2]}, f_i in sequences longer than {@code originalContext}
   * @param originalContext the longest sequence, in tokens, that uses {@code frequencies}
   * @param attentionFactor a factor for the rotated dimensions
   */
  public Rotary(
      int headSize,
      float[] frequencies,
      float[] longFrequencies,
      int originalContext,
      double attentionFactor) {
    this(headSize, frequencies, longFrequencies, originalContext, attentionFactor, false);
  }

  private Rotary(
      int headSize,
      float[] frequencies,
      float[] longFrequencies,
      int originalContext,
      double attentionFactor,
      boolean interleaved) {
    this.headSize = headSize;
    this.frequencies = frequencies.clone();
    this.longFrequencies = longFrequencies.clone();
    this.originalContext = originalContext;
    this.attentionFactor = attentionFactor;
    this.interleaved = interleaved;
  }

  /**
   * Returns an embedding that rotates nothing, for models with learned positions.
   *
   * @param headSize the dimensions of a head
   * @return an embedding without frequencies
   */
  public static Rotary none(int headSize) {
    return new Rotary(headSize, new float[0]);
  }

  /**
   * Returns the same embedding with the pairs {@code (2i, 2i + 1)}.
   *
   * @return a new embedding
   */
  public Rotary interleaved() {
    return new Rotary(
        headSize, frequencies, longFrequencies, originalContext, attentionFactor, true);
  }

  /**
   * Returns whether another embedding rotates every position of every sequence equally.
   *
   * @param other another embedding
   * @return whether all angles and factors are equal
   */
  public boolean isSameAs(Rotary other) {
    return headSize == other.headSize
        && Arrays.equals(frequencies, other.frequencies)
        && Arrays.equals(longFrequencies, other.longFrequencies)
        && originalContext == other.originalContext
        && attentionFactor == other.attentionFactor
        && interleaved == other.interleaved;
  }

  boolean isInterleaved() {
    return interleaved;
  }

  int headSize() {
    return headSize;
  }

  /** Returns n/2, the number of rotated pairs in a head. */
  int pairs() {
    return frequencies.length;
  }

  /** Returns whether a sequence of this many tokens uses the frequencies of long sequences. */
  boolean isLong(int tokens) {
    return tokens > originalContext;
  }

  /** Returns f_i, {@code [n/2]}; not to be modified. */
  float[] frequencies(boolean ofLongSequences) {
    return ofLongSequences ? longFrequencies : frequencies;
  }

  double attentionFactor() {
    return attentionFactor;
  }
}
