package io.github.owlprune.models.decoder;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A block's attention.
 *
 * @param shape sizes, positions, window and scale
 * @param query {@code [Q, W]}
 * @param key {@code [K, W]}
 * @param value {@code [K, W]}
 * @param output {@code [W, Q]}
 * @param queryNorm over every head of the queries before they are turned, null for none
 * @param keyNorm over every head of the keys before they are turned, null for none
 */
public record AttentionRecipe(
    AttentionShape shape,
    LinearRecipe query,
    LinearRecipe key,
    LinearRecipe value,
    LinearRecipe output,
    @Nullable NormRecipe queryNorm,
    @Nullable NormRecipe keyNorm) {
  /**
   * Attention without norms of its own.
   *
   * @param shape sizes, positions, window and scale
   * @param query {@code [Q, W]}
   * @param key {@code [K, W]}
   * @param value {@code [K, W]}
   * @param output {@code [W, Q]}
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
   * The same with norms of queries and keys.
   *
   * @param ofQueries over a head
   * @param ofKeys over a head
   * @return a new recipe
   */
  public AttentionRecipe withNorms(NormRecipe ofQueries, NormRecipe ofKeys) {
    return new AttentionRecipe(shape, query, key, value, output, ofQueries, ofKeys);
  }

  List<LinearRecipe> linears() {
    return List.of(query, key, value, output);
  }

  /** The tensors of its norms. */
  Stream<TensorShape> normTensors() {
    return Stream.of(queryNorm, keyNorm)
        .filter(Objects::nonNull)
        .flatMap(norm -> norm.tensors(shape.headSize()));
  }
}
