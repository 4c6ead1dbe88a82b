package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a token becomes: {@code x = scale · P e(id) + p(position + offset)}.
 *
 * @param tensor the embeddings e, {@code [V, E]}
 * @param width E; equal to W unless there is a projection
 * @param scale what embeddings are multiplied by
 * @param projection P's tensor, {@code [W, E]}, null if there is none
 * @param positions the learned positions p, {@code [context + offset, W]}, null if there are none
 * @param offset the row of the first token's position
 */
public record EmbeddingRecipe(
    String tensor,
    int width,
    float scale,
    @Nullable String projection,
    @Nullable String positions,
    int offset) {
  /**
   * Embeddings as they are.
   *
   * @param tensor {@code [V, W]}
   * @param width W
   */
  public EmbeddingRecipe(String tensor, int width) {
    this(tensor, width, 1f, null, null, 0);
  }

  /**
   * The same, multiplied.
   *
   * @param factor by this
   * @return a new recipe
   */
  public EmbeddingRecipe withScale(double factor) {
    return new EmbeddingRecipe(tensor, width, (float) factor, projection, positions, offset);
  }

  /**
   * The same with learned positions.
   *
   * @param table their tensor, {@code [context + firstRow, W]}
   * @param firstRow the row of the first token's position
   * @return a new recipe
   */
  public EmbeddingRecipe withPositions(String table, int firstRow) {
    return new EmbeddingRecipe(tensor, width, scale, projection, table, firstRow);
  }

  /**
   * The same with a projection from E to W.
   *
   * @param matrix its tensor, {@code [W, E]}
   * @return a new recipe
   */
  public EmbeddingRecipe projectedBy(String matrix) {
    return new EmbeddingRecipe(tensor, width, scale, matrix, positions, offset);
  }

  Stream<TensorShape> tensors(int vocabulary, int hidden, int context) {
    Stream.Builder<TensorShape> tensors = Stream.builder();
    tensors.add(TensorShape.of(tensor, vocabulary, width));
    if (projection != null) {
      tensors.add(TensorShape.of(projection, hidden, width));
    }
    if (positions != null) {
      tensors.add(TensorShape.of(positions, (long) context + offset, hidden));
    }
    return tensors.build();
  }
}
