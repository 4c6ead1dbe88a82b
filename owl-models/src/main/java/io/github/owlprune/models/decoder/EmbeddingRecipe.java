package io.github.owlprune.models.decoder;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The embedding of tokens, {@code x = norm(scale · P e(id) + p(position + offset))}.
 *
 * @param tensor the token embeddings e, {@code [V, E]}
 * @param width E; equals W without a projection
 * @param scale a factor for token embeddings
 * @param projection P's tensor, {@code [W, E]}, null for none
 * @param positions the learned position embeddings p, {@code [context + offset, W]}, null for none
 * @param offset the row of p that belongs to position 0
 * @param norm the norm of the embeddings, null for none
 */
public record EmbeddingRecipe(
    String tensor,
    int width,
    float scale,
    @Nullable String projection,
    @Nullable String positions,
    int offset,
    @Nullable NormRecipe norm) {
  /**
   * Creates the recipe of {@code x = e(id)}.
   *
   * @param tensor the token embeddings e, {@code [V, W]}
   * @param width W
   */
  public EmbeddingRecipe(String tensor, int width) {
    this(tensor, width, 1f, null, null, 0, null);
  }

  /**
   * Returns the same recipe with another scale.
   *
   * @param factor a factor for token embeddings
   * @return a new recipe
   */
  public EmbeddingRecipe withScale(double factor) {
    return new EmbeddingRecipe(tensor, width, (float) factor, projection, positions, offset, norm);
  }

  /**
   * Returns the same recipe with learned position embeddings.
   *
   * @param table the position embeddings p, {@code [context + firstRow, W]}
   * @param firstRow the row of p that belongs to position 0
   * @return a new recipe
   */
  public EmbeddingRecipe withPositions(String table, int firstRow) {
    return new EmbeddingRecipe(tensor, width, scale, projection, table, firstRow, norm);
  }

  /**
   * Returns the same recipe with a projection from E to W.
   *
   * @param matrix P's tensor, {@code [W, E]}
   * @return a new recipe
   */
  public EmbeddingRecipe withProjection(String matrix) {
    return new EmbeddingRecipe(tensor, width, scale, matrix, positions, offset, norm);
  }

  /**
   * Returns the same recipe with a norm.
   *
   * @param ofEmbeddings the norm of the embeddings
   * @return a new recipe
   */
  public EmbeddingRecipe withNorm(NormRecipe ofEmbeddings) {
    return new EmbeddingRecipe(tensor, width, scale, projection, positions, offset, ofEmbeddings);
  }

  /**
   * Returns the same recipe with another tensor.
   *
   * @param table the token embeddings e, {@code [V, E]}
   * @return a new recipe
   */
  public EmbeddingRecipe withTensor(String table) {
    return new EmbeddingRecipe(table, width, scale, projection, positions, offset, norm);
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
    if (norm != null) {
      norm.tensors(hidden).forEach(tensors);
    }
    return tensors.build();
  }
}
