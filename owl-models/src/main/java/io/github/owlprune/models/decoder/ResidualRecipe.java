package io.github.owlprune.models.decoder;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The norms around attention or MLP f: {@code x ← sum(x + after(f(before(x))))}. A norm that is
 * null changes nothing.
 *
 * @param before of what f reads
 * @param after of what f gives
 * @param sum of what goes on
 */
public record ResidualRecipe(
    @Nullable NormRecipe before, @Nullable NormRecipe after, @Nullable NormRecipe sum) {
  /**
   * {@code x ← x + f(norm(x))}.
   *
   * @param norm of what f reads
   * @return the recipe
   */
  public static ResidualRecipe preNorm(NormRecipe norm) {
    return new ResidualRecipe(norm, null, null);
  }

  /**
   * {@code x ← norm(x + f(x))}.
   *
   * @param norm of what goes on
   * @return the recipe
   */
  public static ResidualRecipe postNorm(NormRecipe norm) {
    return new ResidualRecipe(null, null, norm);
  }

  /**
   * {@code x ← x + after(f(before(x)))}.
   *
   * @param before of what f reads
   * @param after of what f gives
   * @return the recipe
   */
  public static ResidualRecipe sandwich(NormRecipe before, NormRecipe after) {
    return new ResidualRecipe(before, after, null);
  }

  Stream<TensorShape> tensors(int width) {
    return Stream.of(before, after, sum)
        .filter(Objects::nonNull)
        .flatMap(norm -> norm.tensors(width));
  }
}
