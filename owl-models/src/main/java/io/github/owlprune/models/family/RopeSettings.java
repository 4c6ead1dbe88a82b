package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Rotary;

/**
 * Reads rotary embeddings in either spelling: {@code rope_parameters} (transformers 5), or {@code
 * rope_theta} with an optional {@code rope_scaling} (transformers 4). Both may be present if they
 * describe the same positions.
 */
final class RopeSettings {
  private static final double DEFAULT_THETA = 10_000;

  /**
   * The largest accepted head size. The frequencies are computed before the tensors are checked.
   */
  private static final int LARGEST_HEAD = 1 << 16;

  private RopeSettings() {}

  /** Reads the embedding that a group of settings describes. */
  interface Reader {
    Rotary read(Settings rope) throws CheckpointException;
  }

  /** Returns an embedding that rotates whole heads. */
  static Rotary whole(Settings s, int headSize) throws CheckpointException {
    return whole(s, headSize, DEFAULT_THETA);
  }

  /** Returns an embedding that rotates whole heads, with a family's own default of θ. */
  static Rotary whole(Settings s, int headSize, double defaultTheta) throws CheckpointException {
    return either(s, rope -> of(s, rope, "rope_theta", defaultTheta, headSize, headSize));
  }

  /**
   * Returns an embedding that rotates a share of each head's dimensions. Transformers 4 names the
   * setting of the share differently in each family, transformers 5 always {@code
   * partial_rotary_factor}.
   */
  static Rotary partial(Settings s, int headSize, String theta, String share, double defaultValue)
      throws CheckpointException {
    return either(
        s,
        rope -> {
          int rotated = rotated(s, rope, headSize, share, defaultValue);
          return of(s, rope, theta, DEFAULT_THETA, headSize, rotated);
        });
  }

  private static int rotated(
      Settings s, Settings rope, int headSize, String share, double defaultValue)
      throws CheckpointException {
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
    return rotated;
  }

  /** Reads the spelling that is present, or both, which must then agree. */
  static Rotary either(Settings s, Reader reader) throws CheckpointException {
    if (!s.has("rope_parameters")) {
      return reader.read(s.firstGroup("rope_scaling"));
    }
    Rotary rotary = reader.read(s.group("rope_parameters"));
    requireSame(s, rotary, reader);
    return rotary;
  }

  /** Checks that {@code rope_scaling}, if it is present, describes an embedding already read. */
  static void requireSame(Settings s, Rotary rotary, Reader reader) throws CheckpointException {
    if (s.has("rope_scaling") && !rotary.isSameAs(reader.read(s.group("rope_scaling")))) {
      throw s.refused(
          "rope_scaling",
          "rope_parameters describes other positions; keep the one that belongs to the weights and"
              + " remove the other");
    }
  }

  /**
   * Returns the embedding that a group of settings describes, with {@code rotated} dimensions per
   * head. The model's setting named {@code theta} holds θ where the group does not.
   */
  static Rotary of(
      Settings model, Settings rope, String theta, double defaultTheta, int headSize, int rotated)
      throws CheckpointException {
    if (rotated % 2 != 0 || headSize > LARGEST_HEAD) {
      throw model.refused(
          "head_dim",
          "heads have "
              + headSize
              + " dimensions, but rotary positions need an even number up to "
              + LARGEST_HEAD);
    }
    double base = theta(model, rope, theta, defaultTheta);
    Rotary rotary =
        new RopeScaling(model, rope, base).rotary(type(rope), headSize, frequencies(base, rotated));
    rope.requireAllRead();
    return rotary;
  }

  private static double theta(Settings model, Settings rope, String name, double defaultValue)
      throws CheckpointException {
    double ofModel = model.positive(name, defaultValue);
    double theta = rope.positive("rope_theta", ofModel);
    if (model.has(name) && theta != ofModel) {
      throw model.refused(
          name,
          "the same setting of the scaling is "
              + theta
              + "; keep the one that belongs to the weights and remove the other");
    }
    return theta;
  }

  /** Returns the type, which may be spelled twice if both are equal. */
  private static String type(Settings rope) throws CheckpointException {
    String type = known(rope.text("type", rope.text("rope_type", "default")));
    if (!type.equals(known(rope.text("rope_type", type)))) {
      throw rope.refused(
          "type",
          "rope_type is another one; keep the one that belongs to the weights and remove the"
              + " other");
    }
    return type;
  }

  /** Returns the present name of a type. */
  private static String known(String type) {
    return type.equals("su") ? "longrope" : type;
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
}
