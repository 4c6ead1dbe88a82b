package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A norm: its equation and its tensors, each as long as the normalised vector.
 *
 * @param kind the equation
 * @param gain g's tensor
 * @param bias b's tensor, null for none; only a {@link Kind#LAYER} norm may have one
 * @param epsilon ε
 */
public record NormRecipe(Kind kind, String gain, @Nullable String bias, double epsilon) {
  /** The equation of a norm. */
  public enum Kind {
    /** {@code y = g · x / sqrt(mean(x²) + ε)}. */
    RMS,
    /** {@code y = (1 + g) · x / sqrt(mean(x²) + ε)}. */
    RMS_PLUS_ONE,
    /** {@code y = g · (x − mean(x)) / sqrt(variance(x) + ε) + b}. */
    LAYER
  }

  /**
   * Returns the recipe of an RMS norm (arXiv 1910.07467).
   *
   * @param module the module's name; its tensor is {@code module.weight}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe rms(String module, double epsilon) {
    return new NormRecipe(Kind.RMS, module + ".weight", null, epsilon);
  }

  /**
   * Returns the recipe of an RMS norm whose stored weight is {@code gain − 1}.
   *
   * @param module the module's name; its tensor is {@code module.weight}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe rmsPlusOne(String module, double epsilon) {
    return new NormRecipe(Kind.RMS_PLUS_ONE, module + ".weight", null, epsilon);
  }

  /**
   * Returns the recipe of a layer norm (arXiv 1607.06450).
   *
   * @param module the module's name; its tensors are {@code module.weight} and {@code module.bias}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe layer(String module, double epsilon) {
    return new NormRecipe(Kind.LAYER, module + ".weight", module + ".bias", epsilon);
  }

  /**
   * Returns the recipe of a layer norm (arXiv 1607.06450) whose b is 0.
   *
   * @param module the module's name; its tensor is {@code module.weight}
   * @param epsilon ε
   * @return the recipe
   */
  public static NormRecipe layerWithoutBias(String module, double epsilon) {
    return new NormRecipe(Kind.LAYER, module + ".weight", null, epsilon);
  }

  Stream<TensorShape> tensors(int width) {
    return bias == null
        ? Stream.of(TensorShape.of(gain, width))
        : Stream.of(TensorShape.of(gain, width), TensorShape.of(bias, width));
  }
}
