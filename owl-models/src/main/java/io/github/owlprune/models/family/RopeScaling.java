package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Rotary;

/**
 * The ways to stretch rotary positions to longer contexts.
 *
 * @param model the model's settings
 * @param rope the settings of the scaling
 * @param theta θ, the base of the frequencies
 */
record RopeScaling(Settings model, Settings rope, double theta) {
  private static final String ORIGINAL = "original_max_position_embeddings";

  /** Returns the embedding with a type of scaling. */
  Rotary rotary(String type, int headSize, float[] frequencies) throws CheckpointException {
    return switch (type) {
      case "default" -> new Rotary(headSize, frequencies);
      case "linear" -> new Rotary(headSize, linear(frequencies));
      case "dynamic" -> new Rotary(headSize, dynamic(frequencies));
      case "llama3" -> new Rotary(headSize, llama3(frequencies));
      case "longrope" -> longRope(headSize, frequencies);
      case "yarn" -> yarn(headSize, frequencies);
      default ->
          throw rope.refused(
              rope.has("rope_type") ? "rope_type" : "type",
              "this release supports default, linear, dynamic, llama3, longrope and yarn");
    };
  }

  private float[] linear(float[] frequencies) throws CheckpointException {
    double factor = rope.positive("factor");
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= (float) factor;
    }
    return frequencies;
  }

  /**
   * Returns the frequencies up to the model's context, which a dynamic scaling does not change. It
   * would stretch them for longer sequences, which are rejected.
   */
  private float[] dynamic(float[] frequencies) throws CheckpointException {
    rope.positive("factor");
    rope.harmless(ORIGINAL); // transformers scales beyond the model's context, whatever this is
    return frequencies;
  }

  /**
   * Scales frequencies as in Llama 3.1: wavelengths above {@code context/low} are multiplied by the
   * factor, those below {@code context/high} are kept, and those between are interpolated.
   */
  private float[] llama3(float[] frequencies) throws CheckpointException {
    double factor = rope.positive("factor");
    double low = rope.positive("low_freq_factor");
    double high = rope.positive("high_freq_factor");
    int context = rope.count(ORIGINAL);
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

  /**
   * Returns a LongRoPE embedding (arXiv 2402.13753): each frequency has one divisor for sequences
   * up to the original context and another for longer ones, and rotated dimensions are multiplied
   * by an attention factor.
   */
  private Rotary longRope(int headSize, float[] frequencies) throws CheckpointException {
    int context = model.count("max_position_embeddings");
    int original = originalContext(context);
    if (original < 2) {
      throw (rope.has(ORIGINAL) ? rope : model)
          .refused(ORIGINAL, "longrope divides by its logarithm; it must be at least 2");
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

  private int originalContext(int defaultValue) throws CheckpointException {
    return model.count(ORIGINAL, rope.count(ORIGINAL, defaultValue));
  }

  private static float[] divided(float[] frequencies, double[] by) {
    float[] divided = new float[frequencies.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (frequencies[i] / by[i]);
    }
    return divided;
  }

  /**
   * Returns a YaRN embedding (arXiv 2309.00071, sections 3.2 to 3.4): dimensions that turn more
   * than β_fast times within the original context are kept, those that turn less than β_slow times
   * are slowed down by the factor, and those between are interpolated. Rotated dimensions are
   * multiplied by an attention factor.
   */
  private Rotary yarn(int headSize, float[] frequencies) throws CheckpointException {
    if (theta <= 1) {
      throw rope.refused("rope_theta", "yarn divides by its logarithm; it must be above 1");
    }
    int context = model.count("max_position_embeddings");
    int original = originalContext(context);
    double factor = rope.positive("factor", (double) context / original);
    double attentionFactor = rope.positive("attention_factor", yarnAttentionFactor(factor));
    // A factor of the attention factor for other programs; transformers does not read it.
    rope.harmless("attn_factor", "finetuned");
    int rotated = 2 * frequencies.length;
    double first = dimension(rope.positive("beta_fast", 32), original, rotated);
    double last = dimension(rope.positive("beta_slow", 1), original, rotated);
    if (rope.flag("truncate", true)) {
      first = Math.floor(first);
      last = Math.ceil(last);
    }
    first = Math.max(first, 0);
    last = Math.min(last, rotated - 1);
    double width = last == first ? 0.001 : last - first;
    float[] scaled = new float[frequencies.length];
    for (int i = 0; i < scaled.length; i++) {
      double slowed = Math.max(0, Math.min(1, (i - first) / width));
      scaled[i] = (float) (frequencies[i] / factor * slowed + frequencies[i] * (1 - slowed));
    }
    return new Rotary(headSize, scaled, scaled, Integer.MAX_VALUE, attentionFactor);
  }

  /** Returns the attention factor of settings that do not give it. */
  private double yarnAttentionFactor(double factor) throws CheckpointException {
    double scale = rope.positive("mscale", 1);
    double scaleOfAll = rope.positive("mscale_all_dim", 1);
    boolean both = rope.has("mscale") && rope.has("mscale_all_dim");
    return both
        ? temperature(factor, scale) / temperature(factor, scaleOfAll)
        : temperature(factor, 1);
  }

  private static double temperature(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** Returns the pair of dimensions, as a fraction, that turns so many times within a context. */
  private double dimension(double turns, int context, int rotated) {
    return rotated * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }
}
