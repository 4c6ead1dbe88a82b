package io.github.owlprune.models.decoder;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A block's attention.
 *
 * @param shape sizes, positions, window and scale
 * @param query W_q, {@code [Q, W]}
 * @param key W_k, {@code [K, W]}
 * @param value W_v, {@code [K, W]}
 * @param output W_o, {@code [W, Q]}
 * @param queryNorm norm of the queries before rotation, null for none
 * @param keyNorm norm of the keys before rotation, null for none
 */
public record AttentionRecipe(
    AttentionShape shape,
    LinearRecipe query,
    LinearRecipe key,
    LinearRecipe value,
    LinearRecipe output,
    @Nullable HeadNormRecipe queryNorm,
    @Nullable HeadNormRecipe keyNorm) {
  /**
   * Creates the recipe of attention without norms of queries and keys.
   *
   * @param shape sizes, positions, window and scale
   * @param query W_q, {@code [Q, W]}
   * @param key W_k, {@code [K, W]}
   * @param value W_v, {@code [K, W]}
   * @param output W_o, {@code [W, Q]}
   */
  public AttentionRecipe(
      AttentionShape shape,
      LinearRecipe query,
      LinearRecipe key,
      LinearRecipe value,
      LinearRecipe output) {
    this(shape, query, key, value, output, null, null);
  }

  /**
   * Returns the same recipe with norms of queries and keys.
   *
   * @param ofQueries norm of every query head, with the same weights
   * @param ofKeys norm of every key head, with the same weights
   * @return a new recipe
   */
  public AttentionRecipe withNorms(NormRecipe ofQueries, NormRecipe ofKeys) {
    return withNorms(
        HeadNormRecipe.of(HeadNormRecipe.Layout.SAME, ofQueries),
        HeadNormRecipe.of(HeadNormRecipe.Layout.SAME, ofKeys));
  }

  /**
   * Returns the same recipe with norms of queries and keys.
   *
   * @param ofQueries norm of the queries
   * @param ofKeys norm of the keys
   * @return a new recipe
   */
  public AttentionRecipe withNorms(HeadNormRecipe ofQueries, HeadNormRecipe ofKeys) {
    return new AttentionRecipe(shape, query, key, value, output, ofQueries, ofKeys);
  }

  List<LinearRecipe> linears() {
    return List.of(query, key, value, output);
  }

  /** Returns the tensors of the norms of queries and keys. */
  Stream<TensorShape> normTensors() {
    return Stream.concat(
        queryNorm == null ? Stream.empty() : queryNorm.tensors(shape.heads(), shape.headSize()),
        keyNorm == null
            ? Stream.empty()
            : keyNorm.tensors(shape.keyValueHeads(), shape.headSize()));
  }
}
