package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A norm by its tensors, each of the width that is normed.
 *
 * @param kind its equation
 * @param gain the gain's tensor, g
 * @param bias the bias's tensor, b; null but for a {@link Kind#LAYER}
 * @param epsilon ε
 */
public record NormRecipe(Kind kind, String gain, @Nullable String bias, double epsilon) {
  /** The equations. */
  public enum Kind {
    /** {@code y = g · x / sqrt(mean(x²) + ε)}. */
    RMS,
    /** {@code y = (1 + g) · x / sqrt(mean(x²) + ε)}. */
    RMS_PLUS_ONE,
    /** {@code y = g · (x − mean(x)) / sqrt(variance(x) + ε) + b}. */
    LAYER
  }

  /**
   * An RMS norm.
   *
   * @param module the module's name; its tensor is {@code module.weight}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe rms(String module, double epsilon) {
    return new NormRecipe(Kind.RMS, module + ".weight", null, epsilon);
  }

  /**
   * An RMS norm whose weight is what its gain exceeds 1 by.
   *
   * @param module the module's name; its tensor is {@code module.weight}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe rmsPlusOne(String module, double epsilon) {
    return new NormRecipe(Kind.RMS_PLUS_ONE, module + ".weight", null, epsilon);
  }

  /**
   * A layer norm.
   *
   * @param module the module's name; its tensors are {@code module.weight} and {@code module.bias}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe layer(String module, double epsilon) {
    return new NormRecipe(Kind.LAYER, module + ".weight", module + ".bias", epsilon);
  }

  Stream<TensorShape> tensors(int width) {
    return bias == null
        ? Stream.of(TensorShape.of(gain, width))
        : Stream.of(TensorShape.of(gain, width), TensorShape.of(bias, width));
  }
}
