package io.github.owlprune.models.decoder;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The residual connection around attention or MLP f: {@code x ← postNorm(x + multiplier ·
 * outputNorm(f(inputNorm(x))))}. A null norm is the identity.
 *
 * @param inputNorm norm of f's input (Pre-LN, arXiv 2002.04745)
 * @param outputNorm norm of f's output
 * @param multiplier a factor for f's normed output
 * @param postNorm norm applied after the residual addition (Post-LN, arXiv 2002.04745)
 */
public record ResidualRecipe(
    @Nullable NormRecipe inputNorm,
    @Nullable NormRecipe outputNorm,
    float multiplier,
    @Nullable NormRecipe postNorm) {
  /**
   * Returns the recipe of {@code x ← x + f(norm(x))}.
   *
   * @param norm norm of f's input
   * @return the recipe
   */
  public static ResidualRecipe preNorm(NormRecipe norm) {
    return new ResidualRecipe(norm, null, 1f, null);
  }

  /**
   * Returns the recipe of {@code x ← norm(x + f(x))}.
   *
   * @param norm norm applied after the residual addition
   * @return the recipe
   */
  public static ResidualRecipe postNorm(NormRecipe norm) {
    return new ResidualRecipe(null, null, 1f, norm);
  }

  /**
   * Returns the recipe of {@code x ← x + outputNorm(f(inputNorm(x)))}.
   *
   * @param inputNorm norm of f's input
   * @param outputNorm norm of f's output
   * @return the recipe
   */
  public static ResidualRecipe sandwich(NormRecipe inputNorm, NormRecipe outputNorm) {
    return new ResidualRecipe(inputNorm, outputNorm, 1f, null);
  }

  /**
   * Returns the recipe of {@code x ← x + norm(f(x))}.
   *
   * @param norm norm of f's output
   * @return the recipe
   */
  public static ResidualRecipe outputNorm(NormRecipe norm) {
    return new ResidualRecipe(null, norm, 1f, null);
  }

  /**
   * Returns the same recipe with another multiplier.
   *
   * @param factor a factor for f's normed output
   * @return a new recipe
   */
  public ResidualRecipe withMultiplier(double factor) {
    return new ResidualRecipe(inputNorm, outputNorm, (float) factor, postNorm);
  }

  Stream<TensorShape> tensors(int width) {
    return Stream.of(inputNorm, outputNorm, postNorm)
        .filter(Objects::nonNull)
        .flatMap(norm -> norm.tensors(width));
  }
}
