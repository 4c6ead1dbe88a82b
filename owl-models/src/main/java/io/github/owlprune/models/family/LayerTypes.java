package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import java.util.List;
import java.util.function.IntPredicate;

/** Which blocks see a sliding window only. */
final class LayerTypes {
  private LayerTypes() {}

  /** From {@code layer_types}, one for each block; {@code otherwise} if there are none. */
  static IntPredicate sliding(Settings settings, int blocks, IntPredicate otherwise)
      throws CheckpointException {
    if (!settings.has("layer_types")) {
      return otherwise;
    }
    List<String> types = settings.texts("layer_types");
    if (types.size() != blocks) {
      throw settings.refused("layer_types", "one for each of the " + blocks + " blocks is needed");
    }
    for (String type : types) {
      if (!type.equals("full_attention") && !type.equals("sliding_attention")) {
        throw settings.refused(
            "layer_types", "this release knows full_attention and sliding_attention");
      }
    }
    return i -> types.get(i).equals("sliding_attention");
  }
}
