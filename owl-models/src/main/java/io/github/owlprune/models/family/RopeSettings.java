package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;

/**
 * The frequencies of rotary positions, from either spelling: {@code rope_parameters} (transformers
 * 5), or {@code rope_theta} with an optional {@code rope_scaling} (transformers 4).
 */
final class RopeSettings {
  private static final double DEFAULT_THETA = 10_000;

  private RopeSettings() {}

  /** {@code f_i = θ^(−2i/headSize)} for i below headSize/2, scaled as the settings say. */
  static float[] frequencies(Settings settings, int headSize) throws CheckpointException {
    if (headSize % 2 != 0) {
      throw settings.refused("head_dim", "rotary positions need an even head size");
    }
    double theta = settings.positive("rope_theta", DEFAULT_THETA);
    if (settings.has("rope_parameters")) {
      Settings rope = settings.group("rope_parameters");
      return scaled(rope, rope.positive("rope_theta", theta), headSize);
    }
    if (settings.has("rope_scaling")) {
      return scaled(settings.group("rope_scaling"), theta, headSize);
    }
    return plain(theta, headSize);
  }

  private static float[] plain(double theta, int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(theta, -2.0 * i / headSize);
    }
    return frequencies;
  }

  private static float[] scaled(Settings rope, double theta, int headSize)
      throws CheckpointException {
    String name = rope.has("rope_type") ? "rope_type" : "type";
    float[] frequencies = plain(theta, headSize);
    switch (rope.text(name, "default")) {
      case "default" -> {}
      case "linear" -> {
        double factor = rope.positive("factor");
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= (float) factor;
        }
      }
      case "llama3" -> llama3(rope, frequencies);
      default -> throw rope.refused(name, "this release knows default, linear and llama3");
    }
    rope.requireAllRead();
    return frequencies;
  }

  /**
   * Llama 3.1's stretch of the context: wavelengths beyond {@code context/low} are stretched by the
   * factor, those below {@code context/high} are left, and between the two it is interpolated.
   */
  private static void llama3(Settings rope, float[] frequencies) throws CheckpointException {
    double factor = rope.positive("factor");
    double low = rope.positive("low_freq_factor");
    double high = rope.positive("high_freq_factor");
    int context = rope.count("original_max_position_embeddings");
    if (high <= low) {
      throw rope.refused("high_freq_factor", "it must be above low_freq_factor, " + low);
    }
    for (int i = 0; i < frequencies.length; i++) {
      double wavelength = 2 * Math.PI / frequencies[i];
      double kept = Math.max(0, Math.min(1, (context / wavelength - low) / (high - low)));
      frequencies[i] = (float) ((1 - kept) * frequencies[i] / factor + kept * frequencies[i]);
    }
  }
}
