package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Rotary;

/**
 * Reads rotary embeddings in either spelling: {@code rope_parameters} (transformers 5), or {@code
 * rope_theta} with an optional {@code rope_scaling} (transformers 4).
 */
final class RopeSettings {
  private static final double DEFAULT_THETA = 10_000;

  /**
   * The largest accepted head size. The frequencies are computed before the tensors are checked.
   */
  private static final int LARGEST_HEAD = 1 << 16;

  private RopeSettings() {}

  /** Returns an embedding that rotates whole heads. */
  static Rotary whole(Settings s, int headSize) throws CheckpointException {
    double theta = s.positive("rope_theta", DEFAULT_THETA);
    return of(s, group(s), theta, headSize, headSize);
  }

  /**
   * Returns an embedding that rotates a share of each head's dimensions. Transformers 4 names the
   * setting of the share differently in each family, transformers 5 always {@code
   * partial_rotary_factor}.
   */
  static Rotary partial(Settings s, int headSize, String theta, String share, double defaultValue)
      throws CheckpointException {
    Settings rope = group(s);
    double part = s.positive(share, defaultValue);
    int rotated = (int) (headSize * rope.positive("partial_rotary_factor", part));
    if (rotated > headSize || rotated < 2 || rotated % 2 != 0) {
      String allowed =
          "it would rotate "
              + rotated
              + " of a head's "
              + headSize
              + " dimensions; the number must be even and from 2 to "
              + headSize;
      throw rope.has("partial_rotary_factor")
          ? rope.refused("partial_rotary_factor", allowed)
          : s.refused(share, allowed);
    }
    return of(s, rope, s.positive(theta, DEFAULT_THETA), headSize, rotated);
  }

  private static Settings group(Settings s) throws CheckpointException {
    return s.firstGroup("rope_parameters", "rope_scaling");
  }

  /**
   * Returns the embedding that a group of settings describes, with {@code rotated} dimensions per
   * head.
   */
  static Rotary of(Settings model, Settings rope, double theta, int headSize, int rotated)
      throws CheckpointException {
    if (rotated % 2 != 0 || headSize > LARGEST_HEAD) {
      throw model.refused(
          "head_dim",
          "heads have "
              + headSize
              + " dimensions, but rotary positions need an even number up to "
              + LARGEST_HEAD);
    }
    float[] frequencies = frequencies(rope.positive("rope_theta", theta), rotated);
    String name = rope.has("rope_type") ? "rope_type" : "type";
    Rotary rotary =
        switch (rope.text(name, "default")) {
          case "default" -> new Rotary(headSize, frequencies);
          case "linear" -> new Rotary(headSize, linear(rope, frequencies));
          case "llama3" -> new Rotary(headSize, llama3(rope, frequencies));
          case "longrope", "su" -> longRope(model, rope, headSize, frequencies);
          default ->
              throw rope.refused(
                  name, "this release supports default, linear, llama3 and longrope");
        };
    rope.requireAllRead();
    return rotary;
  }

  /** Returns an embedding that rotates whole heads by unscaled frequencies. */
  static Rotary plain(double theta, int headSize) {
    return new Rotary(headSize, frequencies(theta, headSize));
  }

  /** Returns {@code f_i = θ^(−2i/n)} for i below n/2. */
  private static float[] frequencies(double theta, int rotated) {
    float[] frequencies = new float[rotated / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(theta, -2.0 * i / rotated);
    }
    return frequencies;
  }

  /**
   * Returns a LongRoPE embedding (arXiv 2402.13753): each frequency has one divisor for sequences
   * up to the original context and another for longer ones, and rotated dimensions are multiplied
   * by an attention factor.
   */
  private static Rotary longRope(Settings model, Settings rope, int headSize, float[] frequencies)
      throws CheckpointException {
    String name = "original_max_position_embeddings";
    int context = model.count("max_position_embeddings");
    int original = model.count(name, rope.count(name, context));
    if (original < 2) {
      throw (rope.has(name) ? rope : model)
          .refused(name, "longrope divides by its logarithm; it must be at least 2");
    }
    double factor = rope.positive("factor", (double) context / original);
    double attentionFactor =
        rope.positive(
            "attention_factor",
            factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original)));
    float[] near = divided(frequencies, rope.positives("short_factor", frequencies.length));
    float[] far = divided(frequencies, rope.positives("long_factor", frequencies.length));
    return new Rotary(headSize, near, far, original, attentionFactor);
  }

  private static float[] divided(float[] frequencies, double[] by) {
    float[] divided = new float[frequencies.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (frequencies[i] / by[i]);
    }
    return divided;
  }

  private static float[] linear(Settings rope, float[] frequencies) throws CheckpointException {
    double factor = rope.positive("factor");
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= (float) factor;
    }
    return frequencies;
  }

  /**
   * Scales frequencies as in Llama 3.1: wavelengths above {@code context/low} are multiplied by the
   * factor, those below {@code context/high} are kept, and those between are interpolated.
   */
  private static float[] llama3(Settings rope, float[] frequencies) throws CheckpointException {
    double factor = rope.positive("factor");
    double low = rope.positive("low_freq_factor");
    double high = rope.positive("high_freq_factor");
    int context = rope.count("original_max_position_embeddings");
    if (high <= low) {
      throw rope.refused(
          "high_freq_factor", "it must be greater than low_freq_factor, which is " + low);
    }
    for (int i = 0; i < frequencies.length; i++) {
      double wavelength = 2 * Math.PI / frequencies[i];
      double kept = Math.max(0, Math.min(1, (context / wavelength - low) / (high - low)));
      frequencies[i] = (float) ((1 - kept) * frequencies[i] / factor + kept * frequencies[i]);
    }
    return frequencies;
  }
}
