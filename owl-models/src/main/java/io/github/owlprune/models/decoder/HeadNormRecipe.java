package io.github.owlprune.models.decoder;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The norm of a token's queries, or keys: which values are normalised together, and by what.
 *
 * @param layout which values are normalised together, and how the weights are stored
 * @param norms the norm of each head by its number; the same for all heads unless the layout is
 *     {@link Layout#EACH}
 */
public record HeadNormRecipe(Layout layout, IntFunction<NormRecipe> norms) {
  /** Which values are normalised together, and how the weights are stored. */
  public enum Layout {
    /** Every head is normalised with the same weights, {@code [head size]}. */
    SAME,
    /** All heads are normalised together with weights {@code [heads · head size]}. */
    WHOLE,
    /** Every head is normalised with its own row of a tensor {@code [heads, head size]}. */
    ROWS,
    /** Every head is normalised with tensors of its own, {@code [head size]}. */
    EACH
  }

  /**
   * Returns the recipe of a layout whose weights are in one module.
   *
   * @param layout any layout but {@link Layout#EACH}
   * @param norm the norm and its tensors; without a bias if they are {@link Layout#ROWS}
   * @return the recipe
   */
  public static HeadNormRecipe of(Layout layout, NormRecipe norm) {
    return new HeadNormRecipe(layout, head -> norm);
  }

  /**
   * Returns the recipe of a module for each head.
   *
   * @param norms the norm of each head by its number
   * @return the recipe
   */
  public static HeadNormRecipe each(IntFunction<NormRecipe> norms) {
    return new HeadNormRecipe(Layout.EACH, norms);
  }

  Stream<TensorShape> tensors(int heads, int headSize) {
    NormRecipe first = norms.apply(0);
    return switch (layout) {
      case SAME -> first.tensors(headSize);
      case WHOLE -> first.tensors(heads * headSize);
      case ROWS -> Stream.of(TensorShape.of(first.gain(), heads, headSize));
      case EACH -> IntStream.range(0, heads).mapToObj(norms).flatMap(n -> n.tensors(headSize));
    };
  }

  HeadNorm load(WeightStore store, int heads, int headSize) {
    NormRecipe first = norms.apply(0);
    Norm[] parts = new Norm[layout == Layout.WHOLE ? 1 : heads];
    int width = heads * headSize / parts.length;
    switch (layout) {
      case SAME, WHOLE -> Arrays.fill(parts, store.norm(first, width));
      case ROWS -> Arrays.setAll(parts, h -> store.norm(first, h * headSize, headSize));
      case EACH -> Arrays.setAll(parts, h -> store.norm(norms.apply(h), headSize));
    }
    return new HeadNorm(parts, width);
  }
}
