package io.github.owlprune.models.decoder;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The norms around attention or MLP f: {@code x ← postNorm(x + outputNorm(f(inputNorm(x))))}. A
 * null norm is the identity.
 *
 * @param inputNorm norm of f's input (Pre-LN, arXiv 2002.04745)
 * @param outputNorm norm of f's output
 * @param postNorm norm applied after the residual addition (Post-LN, arXiv 2002.04745)
 */
public record ResidualRecipe(
    @Nullable NormRecipe inputNorm,
    @Nullable NormRecipe outputNorm,
    @Nullable NormRecipe postNorm) {
  /**
   * Returns the recipe of {@code x ← x + f(norm(x))}.
   *
   * @param norm norm of f's input
   * @return the recipe
   */
  public static ResidualRecipe preNorm(NormRecipe norm) {
    return new ResidualRecipe(norm, null, null);
  }

  /**
   * Returns the recipe of {@code x ← norm(x + f(x))}.
   *
   * @param norm norm applied after the residual addition
   * @return the recipe
   */
  public static ResidualRecipe postNorm(NormRecipe norm) {
    return new ResidualRecipe(null, null, norm);
  }

  /**
   * Returns the recipe of {@code x ← x + outputNorm(f(inputNorm(x)))}.
   *
   * @param inputNorm norm of f's input
   * @param outputNorm norm of f's output
   * @return the recipe
   */
  public static ResidualRecipe sandwich(NormRecipe inputNorm, NormRecipe outputNorm) {
    return new ResidualRecipe(inputNorm, outputNorm, null);
  }

  Stream<TensorShape> tensors(int width) {
    return Stream.of(inputNorm, outputNorm, postNorm)
        .filter(Objects::nonNull)
        .flatMap(norm -> norm.tensors(width));
  }
}
