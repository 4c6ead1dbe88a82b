package io.github.owlprune.models.family;

import io.github.owlprune.model.Linear;
import io.github.owlprune.models.decoder.AttentionRecipe;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.LinearRecipe;
import io.github.owlprune.models.decoder.OutputSlice;

/**
 * Attention whose queries, keys and values are rows of one tensor: for every key-value head, the
 * query heads of its group, then the key, then the value. With one query head in each group, the
 * query, key and value of every head follow one another; with one group, all queries come first.
 */
final class GroupedHeads {
  private GroupedHeads() {}

  /**
   * Returns the attention with a fused module and an output module.
   *
   * @param fused the module of queries, keys and values
   * @param output the module of the output projection
   */
  static AttentionRecipe attention(
      String block, AttentionShape shape, String fused, String output, boolean bias) {
    int size = shape.headSize();
    int group = shape.heads() / shape.keyValueHeads() * size;
    int width = shape.heads() * size;
    return new AttentionRecipe(
        shape,
        part(block, fused, "query", shape, 0, group, bias),
        part(block, fused, "key", shape, group, size, bias),
        part(block, fused, "value", shape, group + size, size, bias),
        LinearRecipe.of(block, new Linear(output, width, width, "attended"), bias));
  }

  private static LinearRecipe part(
      String block,
      String module,
      String name,
      AttentionShape shape,
      int first,
      int run,
      boolean bias) {
    int size = shape.headSize();
    int stride = (shape.heads() / shape.keyValueHeads() + 2) * size;
    return LinearRecipe.sliced(
        block + "." + module,
        new OutputSlice(shape.keyValueHeads() * stride, first, run, stride),
        new Linear(
            module + "." + name, shape.keyValueHeads() * run, shape.heads() * size, "attention"),
        bias);
  }
}
